"""What belongs to a model comes with it: its projector, when it was used, how fast it answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes import scripted_plugin
from fakes.small_models import eye, model
from qwendesk.api.messages import Message
from qwendesk.api.reply import ReplyRequest
from qwendesk.app import App
from qwendesk.plugins import installed
from qwendesk.runtimes.session import ReplyFinished
from qwendesk.system.paths import Paths
from runtimes.conftest import PYTHONPATH


@pytest.fixture
def app(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setenv("PYTHONPATH", PYTHONPATH)
    folder = paths.models / "Qwen" / "See-GGUF"
    folder.mkdir(parents=True)
    (folder / "See-Q8_0.gguf").write_bytes(model(architecture="qwen3vl"))
    (folder / "mmproj-F16.gguf").write_bytes(eye())
    with App(paths, [*installed(), scripted_plugin.found()]) as opened:
        yield opened


def test_a_projector_is_a_models_own_default_option(app: App) -> None:
    found = app.library.find("Qwen/See-GGUF")
    assert found.mmproj is not None
    spec = app.runtimes.spec("llamacpp")
    assert app.runtimes.defaults(spec, found)["mmproj"] == str(found.mmproj)
    assert app.runtimes.defaults(spec)["mmproj"] == ""
    other = app.runtimes.spec("llamaserver")
    assert app.runtimes.defaults(other, found) == app.runtimes.defaults(other)


def test_a_reply_is_told_to_everyone_and_its_model_counts_as_used(app: App) -> None:
    events: list[object] = []
    app.bus.subscribe(events.append)
    found = app.library.find("Qwen/See-GGUF")
    session = app.runtimes.open(found, "scripted")
    session.wait_ready(60)
    session.reply(ReplyRequest((Message("user", "hi"),)), lambda _event: None).wait(60)
    session.close()
    assert session.join(30)
    (told,) = (one for one in events if isinstance(one, ReplyFinished))
    assert told.recipe.model.path == found.path
    assert app.library.entry("Qwen/See-GGUF").remark.used is not None


def test_what_works_here_is_told_to_the_advisor(app: App) -> None:
    runners = {one.id: one for one in app.runtimes.runners()}
    assert "images" not in runners["llamaserver"].abilities
    assert not runners["llamaserver"].gpu
