"""Images on the command line, through a worker, the renderer and a tiny model that looks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("llama_cpp")

from cli.conftest import Run
from fakes.png import noise_png
from fakes.vision_gguf import VisionFiles, write_vision


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> VisionFiles:
    return write_vision(tmp_path_factory.mktemp("vision"), "qwen3-vl")


def ask(qwendesk: Run, files: VisionFiles, *more: str) -> dict[str, object]:
    options = ("-o", f"mmproj={files.projector}", "-o", "slots=1", "--ctx", "1024", "-o", "threads=1")
    done = qwendesk(
        "chat", str(files.model), "-p", "what is it?", "--max-tokens", "8", "--json", *options, *more
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_an_image_is_more_tokens_than_its_place(qwendesk: Run, files: VisionFiles, tmp_path: Path) -> None:
    small, large = tmp_path / "small.png", tmp_path / "large.png"
    small.write_bytes(noise_png(0, 112, 112))
    large.write_bytes(noise_png(0, 224, 224))
    counts = []
    for images in ((), ("--image", str(small)), ("--image", str(large)), ("--image", str(small)) * 2):
        answer = ask(qwendesk, files, *images)
        assert answer["finish_reason"] in ("length", "stop")
        counts.append(answer["usage"]["prompt_tokens"])  # type: ignore[index]
    # Sixteen and sixty-four, with a start and an end around each.
    assert [count - counts[0] for count in counts[1:]] == [18, 66, 36]


def test_a_model_that_cannot_see_says_so(qwendesk: Run, tmp_path: Path) -> None:
    image = tmp_path / "x.png"
    image.write_bytes(noise_png(0))
    done = qwendesk("chat", "-p", "what is it?", "--image", str(image))
    assert done.returncode == 1
    assert "cannot see images" in done.stderr


def test_a_file_that_is_missing_or_no_image(qwendesk: Run, files: VisionFiles, tmp_path: Path) -> None:
    done = qwendesk("chat", "-p", "what is it?", "--image", str(tmp_path / "none.png"))
    assert done.returncode == 1
    assert "none.png" in done.stderr
    (tmp_path / "text.png").write_text("no image")
    options = ("-o", f"mmproj={files.projector}", "--ctx", "512", "--image", str(tmp_path / "text.png"))
    done = qwendesk("chat", str(files.model), "-p", "what is it?", *options)
    assert done.returncode == 1
    assert "image" in done.stderr
    assert "Traceback" not in done.stderr
