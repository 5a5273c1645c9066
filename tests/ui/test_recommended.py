"""The sampling that a model's card recommends, with thinking and without, in the Run dock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fakes.small_models import model
from qwendesk.plugins import Found
from ui.conftest import Opened

Opens = Callable[..., Opened]
Scripts = Callable[..., list[Found]]


def test_another_mode_is_another_default_and_what_was_changed_stays(
    open_window: Opens, scripted: Scripts, tmp_path: Path
) -> None:
    path = tmp_path / "Qwen3-8B-Q8_0.gguf"
    path.write_bytes(model(qwen3__block_count=36, qwen3__embedding_length=4096))
    opened = open_window(scripted())
    opened.until_ready()
    running, run = opened.room.running, opened.room.views.run
    running.pick(opened.room.app.library.find(str(path)))
    opened.until(lambda: not run.building)
    running.toggle_thinking()
    assert running.thinks
    assert running.settings().sampling.temperature == 0.6
    running.toggle_thinking()
    assert running.settings().sampling.temperature == 0.7
    run.sampling.set_values({"temperature": 0.3})
    running.toggle_thinking()
    assert (running.settings().sampling.temperature, running.settings().sampling.top_p) == (0.3, 0.95)
