"""The first page: three ways, made from this computer alone, gone once one of them is taken."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes.hub import Hub
from qwendesk.api.problem import Note
from qwendesk.models.advisor.wish import Pick
from qwendesk.system.paths import Paths
from qwendesk.ui.chat.firstrun import FirstRun
from qwendesk.ui.welcoming import SETTING, show_pick
from ui.conftest import Opened

Opens = Callable[..., Opened]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, seedling: Path) -> Iterator[Hub]:
    with Hub({"acme/tiny-GGUF": {"tiny-Q8_0.gguf": seedling}}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No other program's folders."""
    for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "HF_HOME", "OLLAMA_MODELS"):
        monkeypatch.setenv(name, str(tmp_path / "nobody"))


def page(opened: Opened) -> FirstRun:
    opened.until(lambda: opened.room.welcoming.page is not None)
    found = opened.room.welcoming.page
    assert found is not None
    return found


def pick(name: str) -> Pick:
    repo, _, quant = name.partition(":")
    return Pick(
        "recommended", name, "Tiny", repo, quant, "acme", False, "llamaserver", 8192, (), 9_000_000, False,
        3_500_000, 52.1, "apache-2.0", 50.0, Note("advice_recommended", {"model": "Tiny", "size": 9, "speed": "52"}), None,
    )  # fmt: skip


def test_it_offers_three_ways_and_asks_nobody(open_window: Opens, hub: Hub) -> None:
    opened = open_window()
    opened.until_ready()
    shown = page(opened)
    opened.until(lambda: shown.advised.busy.isHidden() and shown.existing.busy.isHidden())
    assert shown.isVisible()
    assert [one.title.text() for one in (shown.seedling, shown.advised, shown.existing)] == [
        "Talk to Seedling now",
        "Get the model advised for this computer",
        "Use models already on this computer",
    ]
    advised = shown.advised
    assert advised.name.text() or "fits" in advised.why.text()
    if advised.name.text():
        assert "tok/s" in advised.figures.text()
        assert "of memory" in advised.figures.text()
    assert "None was found" in shown.existing.why.text()
    assert not hub.seen
    assert not opened.room.app.ledger.entries()


def test_talking_to_seedling_ends_it_for_good(open_window: Opens) -> None:
    opened = open_window()
    opened.until_ready()
    page(opened).seedling.go.click()
    assert opened.room.welcoming.page is None
    assert opened.window.chat.welcome.isVisible()
    opened.until(lambda: opened.room.app.settings.switch(SETTING))


def test_a_question_asked_right_away_is_answered(open_window: Opens) -> None:
    opened = open_window()
    opened.until_ready()
    shown = page(opened)
    opened.ask("What is the capital of France?")
    opened.until(lambda: not shown.isVisible())
    assert opened.turns[-1].state == "finished"


def test_the_advised_model_is_pulled(open_window: Opens, hub: Hub) -> None:
    opened = open_window()
    opened.until_ready()
    shown, welcoming = page(opened), opened.room.welcoming
    opened.until(shown.advised.busy.isHidden)
    welcoming._pick = pick("acme/tiny-GGUF:Q8_0")
    show_pick(shown, welcoming._pick)
    assert shown.advised.name.text() == "Tiny, Q8_0"
    shown.advised.go.click()
    opened.until(lambda: "acme/tiny-GGUF:Q8_0" in {one.name for one in opened.room.running.models})
    assert welcoming.page is None


def test_models_of_other_programs_are_used_where_they_lie(
    open_window: Opens, tmp_path: Path, seedling: Path
) -> None:
    theirs = tmp_path / "nobody" / ".lmstudio" / "models" / "org" / "repo" / "theirs-Q8_0.gguf"
    theirs.parent.mkdir(parents=True)
    shutil.copyfile(seedling, theirs)
    opened = open_window()
    opened.until_ready()
    shown = page(opened)
    opened.until(shown.existing.busy.isHidden)
    assert shown.existing.name.text() == "1 model found"
    assert "LM Studio" in shown.existing.figures.text()
    shown.existing.go.click()
    opened.until(lambda: any(one.path == theirs for one in opened.room.running.models))
    opened.until(lambda: "adopt" in opened.window.notices.topics)
    assert theirs.exists()


def test_with_a_model_of_ones_own_it_does_not_come(open_window: Opens, paths: Paths, seedling: Path) -> None:
    mine = paths.models / "acme" / "tiny" / "tiny-Q8_0.gguf"
    mine.parent.mkdir(parents=True)
    shutil.copyfile(seedling, mine)
    opened = open_window()
    opened.until_ready()
    assert opened.room.welcoming.page is None
