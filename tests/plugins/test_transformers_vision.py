"""Images through Transformers: the text of the model's own `generate`, caches, batches, and what is refused."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from fakes import tiny_safetensors
from fakes.generating import GREEDY, NEVER, collect, end_of, ids_of
from fakes.png import noise_png, white_png
from fakes.tiny_gguf import ENDOFTEXT, IM_END
from fakes.tiny_vision_safetensors import IMAGE_PAD, MERGE, PATCH, Family, write_vision_folder
from fakes.vision_gguf import IMAGE
from qwendesk.api.engine import EngineRequest, LoadReport, ModelFiles, PromptProgress, Token
from qwendesk.api.problem import Problem
from qwendesk_transformers.engine import TransformersEngine
from qwendesk_transformers.options import TransformersOptions

SMALL = TransformersOptions(context=1024, slots=2, threads=1, chunk=64)
Loaded = tuple[TransformersEngine, LoadReport, Family]


def opened(folder: Path, options: TransformersOptions = SMALL) -> tuple[TransformersEngine, LoadReport]:
    engine = TransformersEngine()
    return engine, engine.load(ModelFiles(str(folder), "safetensors"), options, lambda _: None)


@pytest.fixture(scope="module", params=["qwen2.5-vl", "qwen3-vl"])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    family: Family = request.param
    engine, report = opened(write_vision_folder(tmp_path_factory.mktemp("vision"), family))
    yield engine, report, family
    engine.close()


@pytest.fixture
def engine(loaded: Loaded) -> TransformersEngine:
    return loaded[0]


def request(engine: TransformersEngine, text: str, *images: bytes, limit: int = 12) -> EngineRequest:
    tokens = tuple(engine.tokenize(text, special=True))
    return EngineRequest(tokens, GREEDY, max_tokens=limit, images=images)


def generated(engine: TransformersEngine, asked: EngineRequest) -> list[int]:
    """What the model's own `generate` makes of the same images and words."""
    from PIL import Image
    from transformers import AutoImageProcessor

    model = engine._ready().model
    processor = AutoImageProcessor.from_pretrained(model.config._name_or_path, backend="pil")
    seen = processor(images=[Image.open(io.BytesIO(one)) for one in asked.images], return_tensors="pt")
    counts = iter((seen["image_grid_thw"].prod(-1) // MERGE**2).tolist())
    cells = [one for token in asked.tokens for one in [token] * (next(counts) if token == IMAGE_PAD else 1)]
    ids = torch.tensor([cells], device=model.device)
    kinds = (ids == IMAGE_PAD).int()
    said = model.generate(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        mm_token_type_ids=kinds,
        **seen.to(model.device),
        max_new_tokens=asked.max_tokens,
        do_sample=False,
    )
    new: list[int] = said[0, len(cells) :].tolist()
    return new[:-1] if new[-1] in (IM_END, ENDOFTEXT) else new


def test_the_report_names_the_token(loaded: Loaded) -> None:
    assert loaded[1].image_token == "<|image_pad|>"
    assert not loaded[1].notes


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        (IMAGE, [(60, 100)]),
        (f"look {IMAGE} well", [(300, 60)]),
        (f"first {IMAGE} then {IMAGE}{IMAGE} which?", [(60, 100), (112, 112), (200, 90)]),
        (IMAGE + "word " * 40 + IMAGE, [(90, 90), (33, 300)]),
    ],
)
def test_it_says_what_generate_says(
    engine: TransformersEngine, text: str, sizes: list[tuple[int, int]]
) -> None:
    images = [noise_png(seed, *size) for seed, size in enumerate(sizes)]
    asked = replace(request(engine, text, *images, limit=24), fresh=True)
    assert ids_of(collect(engine, asked)) == generated(engine, asked)


def test_a_fixed_cache_sees_the_same(engine: TransformersEngine) -> None:
    folder = Path(engine._ready().model.config._name_or_path)
    fixed, _ = opened(folder, replace(SMALL, static_cache=True))
    for seed in range(2):
        asked = request(engine, f"look {IMAGE} well", noise_png(seed, 90, 60), limit=24)
        assert ids_of(collect(fixed, asked)) == generated(engine, asked)
    fixed.close()


def test_words_of_several_requests_are_read_together(engine: TransformersEngine) -> None:
    asked = [replace(request(engine, text), fresh=True) for text in ("hello there friend", "a seed")]
    alone = [ids_of(collect(engine, one)) for one in asked]
    ready, found = threading.Barrier(len(asked), timeout=20), {}

    def run(at: int) -> None:
        ready.wait()
        found[at] = ids_of(collect(engine, asked[at]))

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(asked))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert [found[at] for at in range(len(asked))] == alone


def test_an_image_takes_a_cell_for_each_four_patches(loaded: Loaded) -> None:
    engine, side = loaded[0], PATCH[loaded[2]] * MERGE
    for rows, columns in ((4, 4), (4, 7), (8, 8)):
        picture = noise_png(0, rows * side, columns * side)
        end = end_of(collect(engine, request(engine, IMAGE, picture)))
        assert end.prompt_tokens == rows * columns + 2


def test_a_large_image_takes_no_more_than_the_processor_allows(loaded: Loaded, tmp_path: Path) -> None:
    engine = loaded[0]
    assert end_of(collect(engine, request(engine, IMAGE, white_png(3000, 2000)))).prompt_tokens <= 258
    small, _report = opened(write_vision_folder(tmp_path, loaded[2]), replace(SMALL, context=256))
    assert end_of(collect(small, request(small, IMAGE, white_png(3000, 2000)))).prompt_tokens <= 130
    small.close()


def test_what_is_seen_changes_what_is_said(engine: TransformersEngine) -> None:
    said = [
        ids_of(collect(engine, request(engine, f"look {IMAGE} well", noise_png(seed, 112, 112))))
        for seed in (0, 1, 0)
    ]
    assert said[0] == said[2] != said[1]


def test_the_next_turn_does_not_look_again(engine: TransformersEngine) -> None:
    first = request(engine, f"look {IMAGE} well", noise_png(3))
    said = ids_of(collect(engine, first))
    more = engine.tokenize(" and now?", special=True)
    second = replace(first, tokens=(*first.tokens, *said, *more))
    events = collect(engine, second)
    end = end_of(events)
    # The last token of a reply was never read: nothing came behind it.
    assert end.reused_tokens == end.prompt_tokens - len(more) - 1
    assert end.reuse == "new"
    fresh = replace(second, fresh=True)
    assert ids_of(collect(engine, fresh)) == ids_of(events) == generated(engine, fresh)


def test_an_image_in_the_second_turn(engine: TransformersEngine) -> None:
    first = request(engine, f"look {IMAGE} well", noise_png(4))
    said = ids_of(collect(engine, first))
    more = engine.tokenize(f" and {IMAGE} too?", special=True)
    second = replace(
        first, tokens=(*first.tokens, *said, *more), images=(noise_png(4), noise_png(5, 112, 90))
    )
    events = collect(engine, second)
    assert end_of(events).reused_tokens > len(first.tokens)
    assert ids_of(events) == generated(engine, second)


def test_another_image_in_the_same_words_is_read_from_there(engine: TransformersEngine) -> None:
    text = f"please look at this one, and look at it for as long as you want to: {IMAGE} well"
    before = len(engine.tokenize(text.partition(IMAGE)[0] + "<|vision_start|>", special=True))
    collect(engine, request(engine, text, noise_png(6)))
    again = request(engine, text, noise_png(7))
    events = collect(engine, again)
    assert end_of(events).reused_tokens == before
    assert ids_of(events) == generated(engine, again)


def test_a_prompt_that_ends_with_an_image_is_never_cut_inside(engine: TransformersEngine) -> None:
    asked = request(engine, "an image is last: <|vision_start|><|image_pad|>", noise_png(8))
    first, again = (collect(engine, asked) for _ in range(2))
    assert end_of(again).reused_tokens == len(asked.tokens) - 1
    assert ids_of(first) == ids_of(again)
    # Only the first: `generate` counts on from the last patch, where words behind an image in a prompt
    # start behind its longer side.
    assert ids_of(first)[0] == generated(engine, asked)[0]


def test_two_replies_in_one_batch(engine: TransformersEngine) -> None:
    asked = {
        "words": replace(request(engine, "words alone, no image", limit=40), fresh=True),
        "image": replace(request(engine, f"look {IMAGE} well", noise_png(9), limit=40), fresh=True),
    }
    alone = {name: ids_of(collect(engine, one)) for name, one in asked.items()}
    both_write = threading.Barrier(2, timeout=20)
    found: dict[str, list[int]] = {name: [] for name in asked}

    def run(name: str) -> None:
        for event in engine.generate(asked[name], NEVER):
            if isinstance(event, Token):
                found[name].append(event.id)
                if len(found[name]) == 1:
                    both_write.wait()

    threads = [threading.Thread(target=run, args=(name,)) for name in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == alone


def test_speculation_stays_out_of_it(loaded: Loaded, tmp_path: Path) -> None:
    folder = write_vision_folder(tmp_path, loaded[2])
    guessing, _report = opened(folder, replace(SMALL, draft="ngram"))
    asked = request(guessing, f"again and again and again and {IMAGE}", noise_png(10), limit=30)
    events = collect(guessing, asked)
    assert end_of(events).drafted_tokens == 0
    assert ids_of(events) == generated(guessing, asked)
    guessing.close()


def test_cancel_before_the_images_are_read(engine: TransformersEngine) -> None:
    stop = threading.Event()
    long = request(engine, "word " * 60 + IMAGE * 2, noise_png(11), noise_png(12))
    for event in engine.generate(long, stop):
        assert isinstance(event, PromptProgress)
        stop.set()
    after = request(engine, f"look {IMAGE} well", noise_png(11))
    assert ids_of(collect(engine, after)) == generated(engine, after)


@pytest.mark.parametrize("data", [b"", b"no image", noise_png(0)[:200], b"GIF89a", b"<svg></svg>"])
def test_bytes_that_are_no_image(engine: TransformersEngine, data: bytes) -> None:
    with pytest.raises(Problem, match="image_unreadable"):
        collect(engine, request(engine, IMAGE, data))


def test_a_hundred_megapixels(engine: TransformersEngine) -> None:
    picture = white_png(10_000, 10_000)
    assert len(picture) < 100_000
    with pytest.raises(Problem) as caught:
        collect(engine, request(engine, IMAGE, picture))
    assert caught.value.id == "image_too_large"
    assert caught.value.arguments == {"width": 10_000, "height": 10_000, "limit": 64}


def test_a_line_of_pixels(engine: TransformersEngine) -> None:
    with pytest.raises(Problem, match="image_unreadable"):
        collect(engine, request(engine, IMAGE, white_png(1, 4000)))
    assert end_of(collect(engine, request(engine, IMAGE, white_png(1, 1)))).reason in ("length", "stop")


@pytest.mark.parametrize("count", [1, 3])
def test_images_and_places_must_match(engine: TransformersEngine, count: int) -> None:
    with pytest.raises(Problem) as caught:
        collect(engine, request(engine, IMAGE * 2, *[noise_png(0)] * count))
    assert (caught.value.id, caught.value.arguments) == ("image_count", {"images": count, "places": 2})


def test_images_too_many_for_the_context(engine: TransformersEngine) -> None:
    with pytest.raises(Problem, match="prompt_too_long"):
        collect(engine, request(engine, IMAGE * 5, *[noise_png(one, 600, 600) for one in range(5)]))


def test_a_token_for_an_image_without_one_is_only_a_token(engine: TransformersEngine) -> None:
    events = collect(engine, request(engine, f"what is {IMAGE}?"))
    assert end_of(events).prompt_tokens == len(request(engine, f"what is {IMAGE}?").tokens)


def test_an_image_that_breaks_the_model_costs_nobody_else_anything(engine: TransformersEngine) -> None:
    asked = request(engine, f"look {IMAGE} well", noise_png(13))
    senses = engine._ready().senses
    original = senses.place

    def broken(one: EngineRequest) -> object:
        placed = original(one)
        media = {
            at: replace(it, inputs=lambda: {"pixel_values": torch.zeros(3, 5)})
            for at, it in placed.media.items()
        }
        return replace(placed, media=media)

    senses.place = broken  # type: ignore[method-assign,assignment]
    try:
        with pytest.raises(Problem, match="engine_failed"):
            collect(engine, asked)
    finally:
        senses.place = original  # type: ignore[method-assign]
    assert ids_of(collect(engine, asked)) == generated(engine, asked)


def test_a_recurrent_model_that_sees(tmp_path: Path) -> None:
    engine, _report = opened(write_vision_folder(tmp_path, "qwen3.5"))
    first = request(engine, f"look {IMAGE} well and {IMAGE}", noise_png(14), noise_png(15), limit=4)
    said = ids_of(collect(engine, first))
    assert said == generated(engine, first)
    second = replace(first, tokens=(*first.tokens, *said, *engine.tokenize(" and?", special=True)))
    events = collect(engine, second)
    assert end_of(events).reused_tokens > len(first.tokens)
    assert ids_of(events) == generated(engine, second)
    other = replace(second, images=(noise_png(14), noise_png(16)))
    assert ids_of(collect(engine, other)) == generated(engine, other)
    engine.close()


def test_models_that_cannot_see(tmp_path: Path) -> None:
    words = tiny_safetensors.write_tiny(tmp_path / "words")
    blind = write_vision_folder(tmp_path / "blind", "qwen3-vl", processor=False)
    for folder, notes in ((words, []), (blind, ["processor_unusable"])):
        engine, report = opened(folder)
        assert (report.image_token, [one.id for one in report.notes]) == ("", notes)
        with pytest.raises(Problem, match="images_unsupported"):
            collect(engine, request(engine, "look", noise_png(0)))
        engine.close()
