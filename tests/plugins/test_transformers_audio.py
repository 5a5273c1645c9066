"""Recordings through Transformers: the text of the model's own `generate`, formats, lengths, and what is refused."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import tiny_safetensors
from fakes.generating import GREEDY, NEVER, collect, end_of, ids_of
from fakes.png import noise_png
from fakes.recordings import FORMS, recording, samples, silence
from fakes.tiny_audio_safetensors import AUDIO, PAD, write_audio_folder
from fakes.tiny_gguf import ENDOFTEXT, IM_END, TEMPLATE
from qwendesk.api.engine import EngineRequest, LoadReport, ModelFiles, PromptProgress, Token
from qwendesk.api.problem import Problem
from qwendesk_transformers.engine import TransformersEngine
from qwendesk_transformers.engine.audiofile import decoded
from qwendesk_transformers.options import TransformersOptions

SMALL = TransformersOptions(context=1024, slots=2, threads=1, chunk=64)
RATE = 16_000
Loaded = tuple[TransformersEngine, LoadReport]


def opened(folder: Path, options: TransformersOptions = SMALL) -> Loaded:
    engine = TransformersEngine()
    return engine, engine.load(ModelFiles(str(folder), "safetensors"), options, lambda _: None)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    engine, report = opened(write_audio_folder(tmp_path_factory.mktemp("audio")))
    yield engine, report
    engine.close()


@pytest.fixture
def engine(loaded: Loaded) -> TransformersEngine:
    return loaded[0]


def request(engine: TransformersEngine, text: str, *audios: bytes, limit: int = 12) -> EngineRequest:
    tokens = tuple(engine.tokenize(text, special=True))
    return EngineRequest(tokens, GREEDY, max_tokens=limit, audios=audios)


def generated(engine: TransformersEngine, asked: EngineRequest) -> list[int]:
    """What the model's own `generate` makes of the same recordings, all of them 16 kHz, and words."""
    from transformers import WhisperFeatureExtractor

    model = engine._ready().model
    extractor = WhisperFeatureExtractor.from_pretrained(model.name_or_path)
    heard = extractor(
        [soundfile.read(io.BytesIO(one), dtype="float32")[0] for one in asked.audios],
        sampling_rate=RATE,
        padding="max_length",
        return_attention_mask=True,
        return_tensors="pt",
    )
    mask = heard.pop("attention_mask")
    counts = iter([((one - 1) // 2 + 1 - 2) // 2 + 1 for one in mask.sum(-1).tolist()])
    cells = [one for token in asked.tokens for one in [token] * (next(counts) if token == PAD else 1)]
    ids = torch.tensor([cells])
    said = model.generate(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        feature_attention_mask=mask,
        **heard,
        max_new_tokens=asked.max_tokens,
        do_sample=False,
    )
    new: list[int] = said[0, len(cells) :].tolist()
    return new[:-1] if new[-1] in (IM_END, ENDOFTEXT) else new


def test_the_report_names_the_token_and_how_long_it_hears(loaded: Loaded) -> None:
    report = loaded[1]
    assert (report.audio_token, report.audio_seconds, report.image_token) == ("<|AUDIO|>", 30.0, "")
    assert not report.notes


def test_a_template_with_places_for_recordings_replaces_one_of_words(loaded: Loaded) -> None:
    template = loaded[1].template
    assert template is not None
    assert template != TEMPLATE
    assert AUDIO in template


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        (AUDIO, [1.0]),
        (f"hear {AUDIO} well", [0.35]),
        (f"first {AUDIO} then {AUDIO}{AUDIO} which?", [0.5, 2.25, 1.0]),
        (AUDIO + "word " * 20 + AUDIO, [30.0, 3.0]),
    ],
)
def test_it_says_what_generate_says(engine: TransformersEngine, text: str, lengths: list[float]) -> None:
    audios = [recording(seed, seconds) for seed, seconds in enumerate(lengths)]
    asked = replace(request(engine, text, *audios, limit=24), fresh=True)
    assert ids_of(collect(engine, asked)) == generated(engine, asked)


def test_a_second_takes_25_cells(engine: TransformersEngine) -> None:
    counts = [
        end_of(collect(engine, request(engine, AUDIO, recording(0, seconds)))).prompt_tokens
        for seconds in (1, 2, 30)
    ]
    assert counts == [27, 52, 752]


def test_the_next_turn_does_not_listen_again(engine: TransformersEngine) -> None:
    first = request(engine, f"hear {AUDIO} well", recording(3))
    said = ids_of(collect(engine, first))
    more = engine.tokenize(f" and {AUDIO} now?", special=True)
    second = replace(first, tokens=(*first.tokens, *said, *more), audios=(recording(3), recording(4, 0.7)))
    events = collect(engine, second)
    assert end_of(events).reused_tokens > len(first.tokens) + 20
    assert ids_of(events) == generated(engine, second)


def test_what_is_heard_changes_what_is_said(engine: TransformersEngine) -> None:
    said = [ids_of(collect(engine, request(engine, f"hear {AUDIO}", recording(seed)))) for seed in (0, 5, 0)]
    assert said[0] == said[2] != said[1]


def test_two_replies_in_one_batch(engine: TransformersEngine) -> None:
    asked = {
        "words": replace(request(engine, "words alone, no recording", limit=40), fresh=True),
        "audio": replace(request(engine, f"hear {AUDIO} well", recording(6), limit=40), fresh=True),
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


def test_cancel_before_the_recording_is_read(engine: TransformersEngine) -> None:
    stop = threading.Event()
    for event in engine.generate(request(engine, "word " * 60 + AUDIO, recording(7)), stop):
        assert isinstance(event, PromptProgress)
        stop.set()
    after = request(engine, f"hear {AUDIO} well", recording(7))
    assert ids_of(collect(engine, after)) == generated(engine, after)


def test_a_moment_of_sound(engine: TransformersEngine) -> None:
    events = collect(engine, request(engine, AUDIO, recording(0, 0.001)))
    assert end_of(events).prompt_tokens == 4


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("rate", "channels"), [(48_000, 1), (24_000, 2)])
def test_formats_rates_and_channels(form: str, rate: int, channels: int) -> None:
    found = decoded(recording(1, 2.0, form, rate, channels), RATE, 30.0)
    assert found.ndim == 1
    assert abs(len(found) - 2 * RATE) < 0.2 * RATE, "encoders put a little silence around it"
    wanted = samples(1, 2.0)
    similar = max(np.corrcoef(found[at : at + RATE], wanted[4000 : 4000 + RATE])[0, 1] for at in range(8000))
    assert similar > 0.9


def test_the_same_sound_in_another_format_is_heard_alike(engine: TransformersEngine) -> None:
    said = [
        ids_of(collect(engine, request(engine, AUDIO, recording(2, 1.0, form), limit=1)))
        for form in ("wav", "flac", "float")
    ]
    assert said[0] == said[1] == said[2]


def test_three_hours_are_refused_undecoded(
    engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = silence(3 * 3600)
    monkeypatch.setattr(soundfile.SoundFile, "read", None)
    with pytest.raises(Problem) as caught:
        collect(engine, request(engine, AUDIO, long))
    assert (caught.value.id, caught.value.arguments) == ("audio_too_long", {"seconds": 10_800, "heard": 30})


def test_a_stream_without_its_length() -> None:
    data = bytearray(recording(0, 5.0, "flac"))
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    with pytest.raises(Problem) as caught:
        decoded(bytes(data), RATE, 30.0)
    assert caught.value.arguments == {"detail": "it does not tell how long it takes"}


def test_a_header_that_promises_more_than_there_is() -> None:
    whole = recording(0, 20.0, "flac")
    with contextlib.suppress(Problem):
        assert len(decoded(whole[: len(whole) // 2], RATE, 30.0)) <= 20 * RATE


def test_half_a_second_more_than_is_heard_is_let_through(engine: TransformersEngine) -> None:
    assert end_of(collect(engine, request(engine, AUDIO, recording(0, 30.4)))).prompt_tokens == 752


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no recording",
        recording(0)[:40],
        b"OggS" + bytes(100),
        b"fLaC" + bytes(100),
        noise_png(0),
        recording(0, 0.0),
    ],
)
def test_bytes_that_are_no_recording(engine: TransformersEngine, data: bytes) -> None:
    with pytest.raises(Problem, match="audio_unreadable"):
        collect(engine, request(engine, AUDIO, data))


def test_numbers_that_are_none(engine: TransformersEngine) -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.full(RATE, np.nan, np.float32), RATE, format="WAV", subtype="FLOAT")
    with pytest.raises(Problem, match="audio_unreadable"):
        collect(engine, request(engine, AUDIO, buffer.getvalue()))


def test_other_formats_of_the_library_are_not_taken() -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples(0, 0.5), RATE, format="AIFF")
    with pytest.raises(Problem, match="audio_unreadable"):
        decoded(buffer.getvalue(), RATE, 30.0)


VALID = [recording(0, 0.1, form, 48_000) for form in FORMS]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(VALID), st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=6)), max_size=5))
def test_any_bytes_are_a_recording_or_a_problem(data: bytes, changes: list[tuple[int, bytes]]) -> None:
    for at, new in changes:
        data = data[:at] + new + data[at + len(new) :]
    with contextlib.suppress(Problem):
        assert 0 < len(decoded(data, RATE, 30.0)) <= 31 * RATE


@pytest.mark.parametrize("count", [1, 3])
def test_recordings_and_places_must_match(engine: TransformersEngine, count: int) -> None:
    with pytest.raises(Problem) as caught:
        collect(engine, request(engine, AUDIO * 2, *[recording(0)] * count))
    assert (caught.value.id, caught.value.arguments) == ("audio_count", {"audios": count, "places": 2})


def test_it_cannot_see(engine: TransformersEngine) -> None:
    with pytest.raises(Problem, match="images_unsupported"):
        collect(engine, replace(request(engine, AUDIO, recording(0)), images=(noise_png(0),)))


def test_recordings_too_many_for_the_context(engine: TransformersEngine) -> None:
    with pytest.raises(Problem, match="prompt_too_long"):
        collect(engine, request(engine, AUDIO * 2, recording(0, 25.0), recording(1, 25.0)))


def test_models_that_cannot_hear(tmp_path: Path) -> None:
    words = tiny_safetensors.write_tiny(tmp_path / "words")
    deaf = write_audio_folder(tmp_path / "deaf", processor=False)
    for folder, notes in ((words, []), (deaf, ["processor_unusable"])):
        engine, report = opened(folder)
        assert (report.audio_token, [one.id for one in report.notes]) == ("", notes)
        with pytest.raises(Problem, match="audio_unsupported"):
            collect(engine, request(engine, "hear", recording(0)))
        engine.close()


_WITHOUT_LIBRARY = """
import sys
from qwendesk.api.engine import ModelFiles
from qwendesk_transformers.engine import TransformersEngine
from qwendesk_transformers.options import TransformersOptions

report = TransformersEngine().load(
    ModelFiles(sys.argv[1], "safetensors"), TransformersOptions(context=256, threads=1), lambda _: None
)
print(report.architecture, [(note.id, note.arguments) for note in report.notes])
"""


def test_a_decoder_that_cannot_be_imported_costs_the_recordings_and_no_more(tmp_path: Path) -> None:
    """soundfile's wheel for every system lacks libsndfile; Transformers imports it with every model."""
    folder = write_audio_folder(tmp_path / "model")
    broken = tmp_path / "packages"
    broken.mkdir()
    (broken / "soundfile.py").write_text('raise OSError("cannot load library libsndfile.so")\n')
    found = os.pathsep.join([str(broken), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_LIBRARY, str(folder)],
        env=os.environ | {"PYTHONPATH": found},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "('decoder_missing', {'package': 'soundfile'})" in done.stdout
