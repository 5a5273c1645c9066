"""Images through the projector: what they cost, that they are seen, that they are not looked at twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("llama_cpp")

from fakes.generating import GREEDY, NEVER, collect, end_of, ids_of, tokens_of
from fakes.png import noise_png
from fakes.vision_gguf import IMAGE, Family, write_vision
from qwendesk.api.engine import EngineRequest, LoadReport, ModelFiles, PromptProgress
from qwendesk.api.problem import Problem
from qwendesk_llamacpp.engine import LlamaCppEngine
from qwendesk_llamacpp.engine.gaps import Gap, position, whole
from qwendesk_llamacpp.options import LlamaCppOptions

SMALL = LlamaCppOptions(context=1024, slots=1, threads=1, batch=64, ubatch=64)
Loaded = tuple[LlamaCppEngine, LoadReport]


@pytest.fixture(scope="module", params=["qwen2.5-vl", "qwen3-vl"])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    family: Family = request.param
    files = write_vision(tmp_path_factory.mktemp("vision"), family)
    engine = LlamaCppEngine()
    options = replace(SMALL, mmproj=str(files.projector))
    yield engine, engine.load(ModelFiles(str(files.model), "gguf"), options, lambda _: None)
    engine.close()


@pytest.fixture
def engine(loaded: Loaded) -> LlamaCppEngine:
    return loaded[0]


def request(engine: LlamaCppEngine, text: str, *images: bytes, limit: int = 12) -> EngineRequest:
    tokens = tuple(engine.tokenize(text, special=True))
    return EngineRequest(tokens, GREEDY, max_tokens=limit, images=images)


def test_the_report_names_the_token(loaded: Loaded) -> None:
    assert loaded[1].image_token == "<|image_pad|>"
    assert loaded[1].image_token in IMAGE


def test_what_is_seen_changes_what_is_said(engine: LlamaCppEngine) -> None:
    said = [
        ids_of(collect(engine, request(engine, f"look {IMAGE} well", noise_png(seed)))) for seed in (0, 1)
    ]
    again = ids_of(collect(engine, request(engine, f"look {IMAGE} well", noise_png(0))))
    assert said[0] == again != said[1]


def test_an_image_takes_as_many_tokens_as_it_has_patches(engine: LlamaCppEngine) -> None:
    counts = [
        end_of(collect(engine, request(engine, IMAGE, noise_png(0, *size)))).prompt_tokens
        for size in ((112, 112), (112, 224), (224, 224))
    ]
    assert counts[0] < counts[1] < counts[2]


def test_several_images_in_their_order(engine: LlamaCppEngine) -> None:
    text = f"first {IMAGE} then {IMAGE} which?"
    one, two = noise_png(1), noise_png(2, 90, 90)

    def first(*images: bytes) -> float | None:
        asked = replace(request(engine, text, *images), top_logprobs=1)
        return tokens_of(collect(engine, asked))[0].logprob

    assert first(one, two) == pytest.approx(first(one, two), abs=1e-5)
    assert first(one, two) != pytest.approx(first(two, one), abs=1e-5)


def test_the_next_turn_does_not_look_again(engine: LlamaCppEngine) -> None:
    first = request(engine, f"look {IMAGE} well", noise_png(3))
    events = collect(engine, first)
    said = ids_of(events)
    tokens = (*first.tokens, *said, *engine.tokenize(" and now?", special=True))
    second = replace(first, tokens=tokens)
    events = collect(engine, second)
    assert end_of(events).reused_tokens == end_of(events).prompt_tokens - 1 - len(
        tokens[len(first.tokens) + len(said) :]
    )
    collect(engine, request(engine, "something else entirely, to clear the sequence " * 3))
    assert ids_of(collect(engine, second)) == ids_of(events)


def test_another_image_in_the_same_words_is_read_from_there(engine: LlamaCppEngine) -> None:
    text = f"please look at this one {IMAGE} well"
    before = len(engine.tokenize(text.partition(IMAGE)[0] + "<|vision_start|>", special=True))
    collect(engine, request(engine, text, noise_png(4)))
    end = end_of(collect(engine, request(engine, text, noise_png(5))))
    assert end.reused_tokens == before


def test_beside_a_request_without_images(loaded: Loaded) -> None:
    engine = loaded[0]
    plain = request(engine, "words alone", limit=60)
    alone = ids_of(collect(engine, plain))
    found: list[list[int]] = []
    thread = threading.Thread(target=lambda: found.append(ids_of(collect(engine, plain))))
    thread.start()
    collect(engine, request(engine, f"look {IMAGE}", noise_png(6)))
    thread.join(20)
    assert found == [alone]


def test_cancel_before_the_image_is_read(engine: LlamaCppEngine) -> None:
    stop = threading.Event()
    long = request(engine, "word " * 60 + IMAGE * 2, noise_png(7), noise_png(8))
    for event in engine.generate(long, stop):
        assert isinstance(event, PromptProgress)
        stop.set()
    fresh = collect(engine, request(engine, f"look {IMAGE} well", noise_png(0)))
    assert end_of(fresh).reason == "length"


@pytest.mark.parametrize("data", [b"", b"no image", noise_png(0)[:200]])
def test_bytes_that_are_no_image(engine: LlamaCppEngine, data: bytes) -> None:
    with pytest.raises(Problem, match="image_unreadable"):
        collect(engine, request(engine, IMAGE, data))


def test_images_and_places_must_match(engine: LlamaCppEngine) -> None:
    with pytest.raises(Problem, match="image_count"):
        collect(engine, request(engine, IMAGE * 2, noise_png(0)))


def test_images_too_many_for_the_context(engine: LlamaCppEngine) -> None:
    with pytest.raises(Problem, match="prompt_too_long"):
        collect(engine, request(engine, IMAGE * 5, *[noise_png(one, 448, 448) for one in range(5)]))


def test_a_model_without_a_projector_refuses(tmp_path: Path) -> None:
    files = write_vision(tmp_path, "qwen3-vl")
    engine = LlamaCppEngine()
    report = engine.load(ModelFiles(str(files.model), "gguf"), SMALL, lambda _: None)
    assert report.image_token == ""
    with pytest.raises(Problem, match="images_unsupported"):
        collect(engine, request(engine, IMAGE, noise_png(0)))
    engine.close()
    with pytest.raises(Problem, match="load_failed"):
        engine.load(
            ModelFiles(str(files.model), "gguf"), replace(SMALL, mmproj=str(files.model)), lambda _: None
        )


def test_positions_and_cells() -> None:
    gaps = (Gap(3, 10, 4), Gap(20, 6, 3))
    assert [position(cell, gaps) for cell in (0, 3, 13, 20, 26, 30)] == [0, 3, 7, 14, 17, 21]
    assert [whole(count, gaps) for count in (2, 3, 4, 12, 13, 21, 26)] == [2, 3, 3, 3, 13, 20, 26]


def test_the_flag_is_not_needed(engine: LlamaCppEngine) -> None:
    assert ids_of(list(engine.generate(request(engine, "no image here"), NEVER)))
