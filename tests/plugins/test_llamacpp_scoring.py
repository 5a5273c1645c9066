"""Scores, comparisons and embeddings of the bundled model, against llama.cpp's own numbers and each other."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llama_cpp")

from fakes.generating import GREEDY, NEVER, collect, tokens_of
from qwendesk.api.engine import EngineRequest, ModelFiles
from qwendesk.api.problem import Problem
from qwendesk.api.scores.basefile import BaseReader
from qwendesk.api.scores.layout import first_scored, row_bytes
from qwendesk.api.scoring import ScoreRequest, Scores
from qwendesk_llamacpp.engine import LlamaCppEngine
from qwendesk_llamacpp.engine import context as contexts
from qwendesk_llamacpp.engine.model import Model
from qwendesk_llamacpp.options import LlamaCppOptions

TEXT = (
    "<|im_start|>user\nTell me a story.<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
    "Once there was a seed that slept in a drawer. It was so small that nobody saw it. One morning a child "
    "opened the drawer and took the seed into the garden. The child made a hole in the ground. "
) * 3
WINDOW = 64


def opened(path: Path) -> LlamaCppEngine:
    engine = LlamaCppEngine()
    engine.load(
        ModelFiles(str(path), "gguf"), LlamaCppOptions(context=512, slots=1, threads=1), lambda _: None
    )
    return engine


@pytest.fixture(scope="module")
def eight() -> Iterator[LlamaCppEngine]:
    from qwendesk.system.paths import resources

    engine = opened(resources() / "seedling" / "seedling-q8_0.gguf")
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def sixteen() -> Iterator[LlamaCppEngine]:
    from qwendesk.system.paths import resources

    engine = opened(resources() / "seedling" / "seedling-f16.gguf")
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def tokens(eight: LlamaCppEngine) -> tuple[int, ...]:
    return tuple(eight.tokenize(TEXT, special=True))


def score(engine: LlamaCppEngine, request: ScoreRequest) -> Scores:
    found = engine.score(request, NEVER, lambda _done, _all: None)
    assert found is not None
    return found


def halves(tokens: tuple[int, ...], **more: str) -> ScoreRequest:
    return ScoreRequest(tokens, window=WINDOW, first=first_scored(WINDOW), **more)


def test_scores_are_the_probabilities_that_generating_reports(
    eight: LlamaCppEngine, tokens: tuple[int, ...]
) -> None:
    prompt = tokens[:30]
    said = tokens_of(collect(eight, EngineRequest(prompt, GREEDY, max_tokens=20, top_logprobs=3)))
    scored = score(eight, ScoreRequest((*prompt, *(one.id for one in said)), first=len(prompt), top=3))
    assert [one.id for one in scored.scores] == [one.id for one in said]
    assert [one.place for one in scored.scores] == list(range(30, 30 + len(said)))
    for found, told in zip(scored.scores, said, strict=True):
        assert found.logprob == pytest.approx(told.logprob, abs=0.02)
        assert found.top[0].id == told.top[0].id


def test_every_token_but_the_first_is_scored_once(eight: LlamaCppEngine, tokens: tuple[int, ...]) -> None:
    scored = score(eight, ScoreRequest(tokens[:200]))
    assert [one.place for one in scored.scores] == list(range(1, 200))
    assert [one.id for one in scored.scores] == list(tokens[1:200])
    mean = sum(one.logprob for one in scored.scores) / len(scored.scores)
    assert scored.perplexity == pytest.approx(math.exp(-mean))


def test_windows_are_read_apart(eight: LlamaCppEngine, tokens: tuple[int, ...]) -> None:
    both = score(eight, halves(tokens[: 2 * WINDOW]))
    second = score(eight, halves(tokens[WINDOW : 2 * WINDOW]))
    assert both.windows == 2
    assert [one.logprob for one in both.scores[-len(second.scores) :]] == [
        one.logprob for one in second.scores
    ]


def test_a_rest_shorter_than_a_window_is_left_out(eight: LlamaCppEngine, tokens: tuple[int, ...]) -> None:
    scored = score(eight, halves(tokens[: WINDOW + 9]))
    assert scored.windows == 1
    assert scored.scores[-1].place == WINDOW - 1


def test_where_memory_is_short_a_smaller_batch_gives_the_same(
    eight: LlamaCppEngine, tokens: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ScoreRequest(tokens, window=128, first=first_scored(128))
    whole = score(eight, request)
    make, tried = contexts.made, []

    def made(model: Model, parameters: Any) -> Any:
        tried.append(parameters.n_batch)
        if parameters.n_batch > 64:
            raise Problem("load_failed", path=model.path, detail="failed to allocate compute buffers")
        return make(model, parameters)

    monkeypatch.setattr(contexts, "made", made)
    assert score(eight, request).perplexity == pytest.approx(whole.perplexity, rel=1e-4)
    assert tried == [128, 64]


def test_without_any_memory_it_says_so(
    eight: LlamaCppEngine, tokens: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(model: Model, _parameters: Any) -> Any:
        raise Problem("load_failed", path=model.path, detail="failed to allocate compute buffers")

    monkeypatch.setattr(contexts, "made", made)
    with pytest.raises(Problem, match="load_failed"):
        score(eight, halves(tokens))


def test_progress_and_cancel(eight: LlamaCppEngine, tokens: tuple[int, ...], tmp_path: Path) -> None:
    stop, seen = threading.Event(), []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if len(seen) == 2:
            stop.set()

    request = halves(tokens, save=str(tmp_path / "base.dat"))
    assert eight.score(request, stop, progress) is None
    assert seen[0][0] == WINDOW
    assert len(seen) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_model_compared_with_itself(eight: LlamaCppEngine, tokens: tuple[int, ...], tmp_path: Path) -> None:
    path = tmp_path / "base.dat"
    saved = score(eight, halves(tokens, save=str(path)))
    rows = saved.windows * (WINDOW - first_scored(WINDOW))
    size = eight._ready().model.vocabulary.size
    assert path.stat().st_size == 20 + 4 * saved.windows * WINDOW + rows * row_bytes(size)
    compared = score(eight, halves(tokens, reference=str(path))).comparison
    assert compared is not None
    assert compared.count == len(saved.scores) == rows
    # Sixteen bits in steps of at most 16/65535, and what lies deeper than 16 is cut off.
    assert abs(compared.kl_mean.value) < 1e-3
    assert compared.same_top.value == 1
    assert compared.change_rms < 1e-3
    assert compared.correlation > 0.9


def test_eight_bits_against_sixteen(
    eight: LlamaCppEngine, sixteen: LlamaCppEngine, tokens: tuple[int, ...], tmp_path: Path
) -> None:
    path = tmp_path / "base.dat"
    score(sixteen, halves(tokens, save=str(path)))
    compared = score(eight, halves(tokens, reference=str(path))).comparison
    assert compared is not None
    assert 0 < compared.kl_mean.value < 0.1
    assert compared.kl_mean.error > 0
    assert compared.same_top.value > 0.9
    percentiles = [value for _percent, value in compared.kl_percentiles]
    assert percentiles == sorted(percentiles)


def test_the_statistics_follow_their_definitions(
    eight: LlamaCppEngine, sixteen: LlamaCppEngine, tokens: tuple[int, ...], tmp_path: Path
) -> None:
    """The same figures the long way round, from whole distributions."""
    path, size = tmp_path / "base.dat", sixteen._ready().model.vocabulary.size
    score(sixteen, halves(tokens, save=str(path)))
    found = score(eight, replace(halves(tokens, reference=str(path)), top=size))
    whole = np.array(tokens[: found.windows * WINDOW], np.int32)
    room = np.empty((len(found.scores), size), np.float32)
    reference = BaseReader(str(path), whole, WINDOW, size).rows(0, room).astype(float)
    own = np.zeros_like(reference)
    for row, one in enumerate(found.scores):
        own[row, [candidate.id for candidate in one.top]] = [candidate.logprob for candidate in one.top]
    divergences = [
        sum(math.exp(p) * (p - q) for p, q in zip(base, mine, strict=True) if p > -16)
        for base, mine in zip(reference, own, strict=True)
    ]
    assert found.comparison is not None
    assert found.comparison.kl_mean.value == pytest.approx(np.mean(divergences), rel=1e-3, abs=1e-6)
    error = np.std(divergences, ddof=1) / math.sqrt(len(divergences))
    assert found.comparison.kl_mean.error == pytest.approx(error, rel=1e-3, abs=1e-6)
    text = [(base[one.id], one.logprob) for base, one in zip(reference, found.scores, strict=True)]
    ratio = np.mean([base - mine for base, mine in text])
    assert found.comparison.log_ratio.value == pytest.approx(ratio, abs=1e-4)
    changes = [math.exp(mine) - math.exp(base) for base, mine in text]
    assert found.comparison.change_rms == pytest.approx(math.sqrt(np.mean(np.square(changes))), abs=1e-5)


@pytest.mark.parametrize(
    ("change", "id"),
    [
        ({"tokens": (1,)}, "score_too_short"),
        ({"window": 5000, "first": 1}, "score_too_short"),
        ({"first": 0}, "score_too_short"),
        ({"reference": "/nowhere/base.dat"}, "score_reference"),
        ({"save": "/nowhere/base.dat"}, "score_reference"),
        ({"first": 3, "save": "base.dat"}, "score_reference"),
        ({"tokens": (1, 2, 999_999), "window": None, "first": 1}, "engine_failed"),
        ({"tokens": (1,) * 4000, "window": None, "first": 1}, "prompt_too_long"),
    ],
)
def test_what_cannot_be_scored(
    eight: LlamaCppEngine, tokens: tuple[int, ...], change: dict[str, object], id: str
) -> None:
    with pytest.raises(Problem) as caught:
        eight.score(replace(halves(tokens), **change), NEVER, lambda _done, _all: None)
    assert caught.value.id == id


def test_foreign_bytes_are_no_reference(
    eight: LlamaCppEngine, tokens: tuple[int, ...], tmp_path: Path
) -> None:
    good = tmp_path / "base.dat"
    score(eight, halves(tokens, save=str(good)))
    data, bad = good.read_bytes(), tmp_path / "bad.dat"
    for broken in (
        b"",
        b"_logits_",
        data[:100],
        data[:-1],
        b"x" * len(data),
        data[:8] + b"\xff" * 12 + data[20:],
    ):
        bad.write_bytes(broken)
        with pytest.raises(Problem, match="score_reference"):
            eight.score(halves(tokens, reference=str(bad)), NEVER, lambda _done, _all: None)
    with pytest.raises(Problem, match="another text"):
        eight.score(halves(tokens[1:], reference=str(good)), NEVER, lambda _done, _all: None)


def test_embeddings_are_directions(eight: LlamaCppEngine) -> None:
    texts = [eight.tokenize(text, special=False) for text in ("a red cat", "a red cat", "23 + 45 = 68")]
    vectors = eight.embed(texts, NEVER)
    assert vectors is not None
    assert all(math.hypot(*one) == pytest.approx(1) for one in vectors)
    assert vectors[0] == vectors[1] != vectors[2]
    stop = threading.Event()
    stop.set()
    assert eight.embed(texts, stop) is None


def test_an_empty_text_has_no_vector(eight: LlamaCppEngine) -> None:
    with pytest.raises(Problem) as caught:
        eight.embed([[65], []], NEVER)
    assert (caught.value.id, caught.value.arguments) == ("text_empty", {"number": 2})
