"""Scores and embeddings: each window or text is read on an empty sequence, several at once.

Logits are made for a few places at a time, so that a long window costs its hidden states and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch

from qwendesk.api.engine import Candidate, StopFlag
from qwendesk.api.problem import Problem
from qwendesk.api.scores.outcome import Floats, Outcome, Stopped, Tokens, outcome, windows
from qwendesk.api.scores.texts import refuse_empty
from qwendesk.api.scoring import ScoreRequest, Scores
from qwendesk_transformers.engine.loaded import Loaded
from qwendesk_transformers.engine.problems import problem_of
from qwendesk_transformers.engine.stopping import Stoppable

_LOGITS_BYTES = 64 << 20
"""How much memory the logits that are there at once may take."""
_TOKENS = 2048
"""Tokens, padding included, that are read in one batch; one long window or text may have more."""


def score(
    loaded: Loaded, request: ScoreRequest, stop: StopFlag, progress: Callable[[int, int], None]
) -> Scores | None:
    """See `qwendesk.api.scoring.Scorer`."""
    try:
        with _computing(stop):
            return _scored(loaded, request, progress)
    except Stopped:
        return None


@contextmanager
def _computing(stop: StopFlag) -> Iterator[None]:
    """Raises Stopped soon after the flag is set, also inside a long window, and what fails as a Problem."""
    try:
        with torch.inference_mode(), Stoppable(stop):
            yield
    except Stopped:
        raise
    except Exception as error:
        raise problem_of(error) from error


def _scored(loaded: Loaded, request: ScoreRequest, progress: Callable[[int, int], None]) -> Scores:
    vocabulary = loaded.vocabulary
    tokens, window = windows(request, vocabulary.size, loaded.trained)
    together = max(1, _TOKENS // window) * window

    def likeliest(row: Floats, count: int) -> tuple[Candidate, ...]:
        best = np.argsort(-row, kind="stable")[:count]
        return tuple(Candidate(int(one), vocabulary.piece(int(one)), float(row[one])) for one in best)

    with outcome(request, tokens, window, vocabulary.size, likeliest) as found:
        for start in range(0, len(tokens), together):
            for done in _batch(loaded, tokens[start : start + together], window, request.first, found, start):
                progress(start + done, len(tokens))
        return found.result(len(tokens) // window)


def _batch(
    loaded: Loaded, tokens: Tokens, window: int, first: int, found: Outcome, start: int
) -> Iterator[int]:
    """Windows of the same length in one batch; yields how many of their tokens are done.

    The hidden state of a token says what comes behind it; nothing is asked of a window's last one.
    """
    fed = torch.tensor(tokens.reshape(-1, window).astype(np.int64), device=loaded.model.device)
    hidden = loaded.model.base_model(input_ids=fed, use_cache=False).last_hidden_state
    size = max(1, _LOGITS_BYTES // (4 * loaded.vocabulary.size))
    for at, states in enumerate(hidden):
        for place in range(first, window, size):
            end = min(place + size, window)
            came = slice(at * window + place, at * window + end)
            found.take(_logits(loaded, states[place - 1 : end - 1]), tokens[came], start + came.start)
            yield came.stop


def _logits(loaded: Loaded, states: torch.Tensor) -> Floats:
    """Of these hidden states, shape (places, vocabulary). Raises Problem `logits_broken`."""
    logits: Floats = loaded.model.get_output_embeddings()(states).float().cpu().numpy()
    if not np.isfinite(logits).all():
        raise Problem("logits_broken")
    return logits[:, : loaded.vocabulary.size]


def embed(loaded: Loaded, texts: Sequence[Sequence[int]], stop: StopFlag) -> list[list[float]] | None:
    """See `qwendesk.api.scoring.Embedder`: the last token's hidden state, padded on the left, length 1.

    As the card of Qwen3-Embedding says (`last_token_pool`); each text ends with the token that the tokenizer
    adds there, if it adds one.
    """
    refuse_empty(texts)
    end = loaded.added_end
    ended = [[*text, *end] for text in texts]
    longest = max(map(len, ended), default=0)
    if loaded.trained and longest > loaded.trained:
        raise Problem("prompt_too_long", prompt_tokens=longest, context=loaded.trained)
    vectors: dict[int, list[float]] = {}
    try:
        with _computing(stop):
            for batch in _batches([len(one) for one in ended]):
                vectors.update(zip(batch, _vectors(loaded, [ended[one] for one in batch]), strict=True))
    except Stopped:
        return None
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
    longest = max(map(len, texts))
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
