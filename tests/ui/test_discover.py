"""Discover with the real catalogue and a hub on this machine: nothing is asked before somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from fakes.hub import Fault, Hub
from qwendesk.ui.docks.discover import DiscoverView
from ui.conftest import Opened

Opens = Callable[..., Opened]
CARD = b"---\nlicense: x\n---\n# Tiny\n\n<img src='https://evil.example/x.png'>A **tiny** model.\n"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, seedling: Path) -> Iterator[Hub]:
    files: dict[str, bytes | Path] = {
        "tiny-Q8_0.gguf": seedling,
        "tiny-Q4_K_M.gguf": bytes(1000),
        "README.md": CARD,
    }
    with Hub({"acme/tiny-GGUF": files, "acme/other-GGUF": {"other-Q8_0.gguf": bytes(10)}}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture
def opened(open_window: Opens, hub: Hub) -> Opened:
    opened = open_window()
    opened.until_open()
    opened.window.docks["discover"].focus_body()
    opened.until(lambda: discover(opened).list.rows.rowCount() > 50)
    return opened


def discover(opened: Opened) -> DiscoverView:
    return opened.room.views.discover


def titles(view: DiscoverView) -> list[str]:
    return [one.find.title for one in view.list.rows.things]


def search(opened: Opened, text: str) -> None:
    view = discover(opened)
    view.form.field.setText(text)
    opened.qtbot.keyClick(view.form.field, Qt.Key.Key_Return)
    opened.until(lambda: view.back.isVisibleTo(view) and view.pages.shown == "")


def open_model(opened: Opened, title: str) -> None:
    view = discover(opened)
    at = titles(view).index(title)
    view.list.setCurrentIndex(view.list.rows.index(at))
    opened.qtbot.keyClick(view.list, Qt.Key.Key_Return)
    opened.until(lambda: view.offers.subject is not None and view.offers.list.rows.rowCount())


def test_the_catalogue_is_there_without_any_request(opened: Opened, hub: Hub) -> None:
    view = discover(opened)
    assert "Qwen3-4B" in titles(view)
    view.form.field.setText("qwen2.5 coder 7b")
    opened.until(lambda: titles(view) == ["Qwen2.5-Coder-7B-Instruct"])
    open_model(opened, "Qwen2.5-Coder-7B-Instruct")
    quants = [one.quant for one in view.offers.list.rows.things]
    assert "Q4_K_M" in quants
    assert not hub.seen
    assert not opened.room.app.ledger.entries()


def test_what_does_not_fit_can_be_left_out(opened: Opened) -> None:
    view = discover(opened)
    assert "Qwen3-Coder-480B-A35B-Instruct" in titles(view)
    view.form.fits.setChecked(True)
    opened.until(lambda: "Qwen3-Coder-480B-A35B-Instruct" not in titles(view))
    verdicts = {
        one.offer.prospect.verdict for one in view.list.rows.things if one.offer and one.offer.prospect
    }
    assert verdicts <= {"fits", "tight"}


def test_sizes_families_and_order(opened: Opened) -> None:
    view = discover(opened)
    view.form.scale.setCurrentText("Up to 2B")
    view.form.order.setCurrentText("Largest")
    opened.until(lambda: 0 < len(titles(view)) < 30)
    sizes = [one.find.billions or 0 for one in view.list.rows.things]
    known = [one for one in sizes if one]
    assert known == sorted(known, reverse=True)
    assert max(known) <= 2.3


def test_a_search_asks_the_hub_and_shows_files_with_their_fit(opened: Opened, hub: Hub) -> None:
    view = discover(opened)
    search(opened, "tiny")
    assert titles(view) == ["acme/tiny-GGUF"]
    assert hub.asked("search=tiny")
    open_model(opened, "acme/tiny-GGUF")
    rows = view.offers.list.rows
    cell = rows.cell(rows.index(rows.rowCount() - 1))
    assert (cell.title, cell.right) == ("Q8_0", "3.5 MB")
    assert cell.mark is not None
    assert cell.mark.word in ("Fits", "Tight", "Too large", "No room")
    assert cell.mark.reason
    view.back.click()
    opened.until(lambda: len(titles(view)) > 50)


def test_pulled_from_discover_it_can_be_talked_with(opened: Opened) -> None:
    view = discover(opened)
    search(opened, "tiny")
    open_model(opened, "acme/tiny-GGUF")
    files = view.offers.list
    files.mark("acme/tiny-GGUF:Q8_0")
    opened.qtbot.keyClick(files, Qt.Key.Key_Return)
    deed = lambda: files.deeds(files.currentIndex())[0].id  # noqa: E731
    opened.until(lambda: deed() == "talk")
    assert opened.room.views.downloads.list.rows.rowCount() == 1
    opened.qtbot.keyClick(files, Qt.Key.Key_Return)
    opened.until(
        lambda: opened.room.running.picked and opened.room.running.picked.name == "acme/tiny-GGUF:Q8_0"
    )


def test_the_card_is_plain_text(opened: Opened, hub: Hub) -> None:
    view = discover(opened)
    search(opened, "tiny")
    open_model(opened, "acme/tiny-GGUF")
    asked = len(hub.seen)
    view.offers.card_requested.emit()
    opened.until(lambda: "tiny" in view.offers.text.toPlainText())
    assert view.offers.text.toPlainText() == "# Tiny\n\nA **tiny** model."
    assert len(hub.seen) == asked + 1


def test_a_hub_that_fails_is_told_with_a_way_on(opened: Opened, hub: Hub) -> None:
    view = discover(opened)
    hub.faults.append(Fault("/api/models", times=1, status=500))
    view.form.field.setText("tiny")
    view.form.ask.click()
    opened.until(lambda: "500" in view.pages.shown)
    view.form.ask.click()
    opened.until(lambda: titles(view) == ["acme/tiny-GGUF"])


def test_offline_the_search_says_so(opened: Opened, hub: Hub) -> None:
    view = discover(opened)
    opened.room.networking.turn(True)
    opened.until(lambda: opened.room.networking.offline)
    view.form.ask.click()
    opened.until(lambda: "offline switch is on" in view.pages.shown)
    assert not hub.seen
