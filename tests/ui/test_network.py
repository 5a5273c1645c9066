"""Downloads and the ledger in a real window, against a hub on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from fakes.hub import Fault, Hub
from qwendesk.system.paths import Paths, resources
from qwendesk.ui import downloading
from qwendesk.ui.docks.downloads import DownloadsView
from qwendesk.ui.lists.cell import Cell
from ui.conftest import Opened

Opens = Callable[..., Opened]
NAME = "acme/tiny-GGUF:Q8_0"


@dataclass
class Networked:
    """A window and the hub that it may ask."""

    opened: Opened
    hub: Hub

    @property
    def view(self) -> DownloadsView:
        return self.opened.room.views.downloads

    def pull(self) -> None:
        self.opened.room.downloading.pull(NAME)

    def cell(self) -> Cell:
        return self.view.list.rows.cell(self.view.list.rows.index(0))

    def until_state(self, word: str) -> None:
        self.opened.until(lambda: self.view.list.rows.rowCount() and self.cell().mark.word == word)  # type: ignore[union-attr]

    def do(self, deed: str) -> None:
        assert self.view.list.do(deed, self.view.list.rows.index(0))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    seedling = resources() / "seedling" / "seedling-q8_0.gguf"
    with Hub({"acme/tiny-GGUF": {"tiny-Q8_0.gguf": seedling, "README.md": b"# Tiny\n"}}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture
def networked(open_window: Opens, hub: Hub) -> Networked:
    opened = open_window()
    opened.until_open()
    return Networked(opened, hub)


def test_a_pull_arrives_and_the_ledger_has_every_request(networked: Networked) -> None:
    room = networked.opened.room
    networked.opened.until(lambda: networked.view.pages.shown == "No downloads")
    networked.pull()
    networked.until_state("Here and checked")
    assert networked.cell().progress == 1.0
    notices = networked.opened.window.notices
    networked.opened.until(lambda: any(one.startswith("pull ") for one in notices.topics))
    room.networking.refresh()
    table = room.views.network.table.ledger
    networked.opened.until(lambda: table.rowCount() == len(networked.hub.seen))
    whats = {table.data(table.index(line, 2)) for line in range(table.rowCount())}
    assert "Download of a model: file of acme/tiny-GGUF" in whats
    assert "today" in networked.opened.window.status.privacy.text()


def test_pause_keeps_what_is_there_and_resume_goes_on(networked: Networked) -> None:
    networked.hub.faults.append(Fault("tiny-Q8_0.gguf", times=1, stall_at=1 << 20))
    networked.pull()
    networked.until_state("Fetching")
    networked.opened.until(networked.hub.stalled.is_set)
    # What the hub has sent must have come, too: nothing goes on from nothing.
    networked.opened.until(lambda: networked.opened.room.downloading.pulls[0].done > 0)
    networked.do("pause")
    networked.until_state("Paused")
    networked.opened.until(lambda: not networked.opened.room.downloading.can_pause)
    networked.opened.until(lambda: not networked.opened.room.app.downloads._runner._jobs)
    networked.opened.controller.actions.trigger("downloads.resume")
    networked.until_state("Here and checked")
    assert networked.hub.asked("/resolve/", "tiny-Q8_0.gguf")[-1].headers["range"] != "bytes=0-"


def test_a_cancelled_download_can_be_taken_back(networked: Networked) -> None:
    networked.hub.faults.append(Fault("tiny-Q8_0.gguf", times=1, stall_at=1 << 20))
    networked.pull()
    networked.opened.until(networked.hub.stalled.is_set)
    networked.do("cancel")
    assert networked.view.pages.shown == "No downloads"
    # Taken back at once it would never have stopped, and would wait for the connection that hangs.
    networked.opened.until(lambda: not networked.opened.room.app.downloads._runner._jobs)
    topic = next(one for one in networked.opened.window.notices.topics if one.startswith("cancelled "))
    networked.opened.window.notices.press(topic)
    networked.until_state("Here and checked")


def test_a_cancelled_download_leaves_nothing(
    networked: Networked, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading, "UNDO_MS", 1)
    networked.hub.faults.append(Fault("tiny-Q8_0.gguf", times=1, stall_at=1 << 20))
    networked.pull()
    networked.opened.until(networked.hub.stalled.is_set)
    networked.do("cancel")
    networked.opened.until(lambda: not networked.opened.room.app.downloads.pulls())
    networked.opened.until(lambda: not list(paths.models.rglob("*.part")))


def test_the_offline_switch_refuses_with_its_sentence(networked: Networked) -> None:
    opened, room = networked.opened, networked.opened.room
    opened.controller.actions.trigger("network.offline")
    opened.until(lambda: room.networking.offline)
    assert room.views.network.switch.isChecked()
    assert opened.window.status.privacy.text() == "Offline: the switch is on"
    networked.pull()
    opened.until(lambda: "downloads" in opened.window.notices.topics)
    assert "nothing leaves" in opened.window.notices.said("downloads")
    assert not networked.hub.seen
    room.views.network.switch.click()
    opened.until(lambda: not room.networking.offline)


def test_a_download_that_the_switch_ends_says_why_and_tries_again(networked: Networked) -> None:
    networked.hub.faults.append(Fault("tiny-Q8_0.gguf", times=1, rate=500_000))
    networked.pull()
    networked.opened.until(lambda: networked.hub.sent("tiny-Q8_0.gguf"))
    networked.opened.room.networking.turn(True)
    networked.until_state("Failed")
    mark = networked.cell().mark
    assert mark is not None
    assert "offline switch is on" in mark.reason
    networked.opened.room.networking.turn(False)
    networked.opened.until(lambda: not networked.opened.room.networking.offline)
    networked.do("resume")
    networked.until_state("Here and checked")


def test_cancelled_is_cancelled_when_the_window_closes(networked: Networked, paths: Paths) -> None:
    networked.hub.faults.append(Fault("tiny-Q8_0.gguf", times=1, stall_at=1 << 20))
    networked.pull()
    networked.opened.until(networked.hub.stalled.is_set)
    networked.do("cancel")
    networked.opened.window.close()
    networked.opened.until(lambda: networked.opened.controller.background.closed)
    assert not list(paths.models.rglob("*.part"))
