"""Scores and embeddings, each window or text is read on an empty sequence, several at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from qwendesk.api.engine import Candidate, StopFlag
from qwendesk.api.problem import Problem
from qwendesk.api.scores.outcome import Floats, Outcome, Stopped, outcome, windows
from qwendesk.api.scoring import ScoreRequest, Scores
from qwendesk_transformers.engine.loaded import Loaded
from qwendesk_transformers.engine.problems import problem_of

_LOGITS_BYTES = 256 << 20
"""How much memory the logits of one batch may take."""
_TOKENS = 8192
"""Tokens, padding included, of the texts that are embedded in one batch; one long text may have more."""


def score(
    loaded: Loaded, request: ScoreRequest, stop: StopFlag, progress: Callable[[int, int], None]
) -> Scores | None:
    """See `qwendesk.api.scoring.Scorer`."""
    try:
        with torch.inference_mode():
            return _scored(loaded, request, stop, progress)
    except Stopped:
        return None
    except Exception as error:
        raise problem_of(error) from error


def _scored(
    loaded: Loaded, request: ScoreRequest, stop: StopFlag, progress: Callable[[int, int], None]
) -> Scores:
    vocabulary = loaded.vocabulary
    tokens, window = windows(request, vocabulary.size, loaded.trained)
    rows = max(1, _LOGITS_BYTES // (4 * vocabulary.size * window))

    def likeliest(row: Floats, count: int) -> tuple[Candidate, ...]:
        best = np.argsort(-row, kind="stable")[:count]
        return tuple(Candidate(int(one), vocabulary.piece(int(one)), float(row[one])) for one in best)

    with outcome(request, tokens, window, vocabulary.size, likeliest) as found:
        for start in range(0, len(tokens), rows * window):
            _batch(loaded, tokens[start : start + rows * window], window, request.first, found, start)
            progress(min(len(tokens), start + rows * window), len(tokens))
            if stop.is_set():
                raise Stopped
        return found.result(len(tokens) // window)


def _batch(loaded: Loaded, tokens: np.ndarray, window: int, first: int, found: Outcome, start: int) -> None:
    """Windows of the same length in one batch; the logits of a token say what comes behind it."""
    fed = torch.tensor(tokens.reshape(-1, window).astype(np.int64), device=loaded.model.device)
    logits = loaded.model(input_ids=fed, use_cache=False).logits[:, first - 1 : window - 1]
    for at, row in enumerate(logits.float().cpu().numpy()):
        if np.isnan(row).any():
            raise Problem("logits_broken")
        begin = at * window + first
        found.take(row[:, : loaded.vocabulary.size], tokens[begin : (at + 1) * window], start + begin)


def embed(loaded: Loaded, texts: Sequence[Sequence[int]], stop: StopFlag) -> list[list[float]] | None:
    """See `qwendesk.api.scoring.Embedder`: the last token's hidden state, padded on the left, length 1.

    As the card of Qwen3-Embedding says (`last_token_pool`); each text ends with the token that the tokenizer
    adds there, if it adds one.
    """
    end = loaded.added_end
    ended = [[*text, *end] for text in texts]
    longest = max(map(len, ended), default=0)
    if loaded.trained and longest > loaded.trained:
        raise Problem("prompt_too_long", prompt_tokens=longest, context=loaded.trained)
    vectors: dict[int, list[float]] = {}
    try:
        with torch.inference_mode():
            for batch in _batches([len(one) for one in ended]):
                if stop.is_set():
                    return None
                vectors.update(zip(batch, _vectors(loaded, [ended[one] for one in batch]), strict=True))
    except Exception as error:
        raise problem_of(error) from error
    return [vectors[one] for one in range(len(ended))]


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Texts of like length together, by their numbers: what is padded costs as much as what is said."""
    batches: list[list[int]] = []
    for one in sorted(range(len(lengths)), key=lambda one: lengths[one]):
        if batches and (len(batches[-1]) + 1) * lengths[one] <= _TOKENS:
            batches[-1].append(one)
        else:
            batches.append([one])
    return batches


def _vectors(loaded: Loaded, texts: Sequence[Sequence[int]]) -> list[list[float]]:
    longest = max(1, *map(len, texts))
    ids = torch.zeros((len(texts), longest), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for at, text in enumerate(texts):
        ids[at, longest - len(text) :] = torch.tensor(list(text), dtype=torch.long)
        mask[at, longest - len(text) :] = 1
    device = loaded.model.device
    out = loaded.model.base_model(input_ids=ids.to(device), attention_mask=mask.to(device), use_cache=False)
    last = out.last_hidden_state[:, -1].double()
    if not bool(torch.isfinite(last).all()):
        raise Problem("logits_broken")
    found: list[list[float]] = torch.nn.functional.normalize(last, dim=-1).cpu().tolist()
    return found
