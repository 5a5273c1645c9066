"""The Library dock with the real library: what arrives, is verified, described, removed and brought back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes.hub import Hub
from qwendesk.models.entry import LibraryEntry
from qwendesk.system.paths import Paths
from qwendesk.ui.docks.library import LibraryView
from qwendesk.ui.lists.cell import Cell
from qwendesk.ui.room import Room
from ui.conftest import Opened

Opens = Callable[..., Opened]
NAME = "acme/tiny-GGUF:Q8_0"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, seedling: Path) -> Iterator[Hub]:
    with Hub({"acme/tiny-GGUF": {"tiny-Q8_0.gguf": seedling}}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


def place(paths: Paths, seedling: Path) -> Path:
    path = paths.models / "acme" / "tiny-GGUF" / "tiny-Q8_0.gguf"
    path.parent.mkdir(parents=True)
    shutil.copyfile(seedling, path)
    return path


def entry(view: LibraryView, name: str = NAME) -> LibraryEntry | None:
    return next((one for one in view.list.rows.things if one.model.name == name), None)


def select(view: LibraryView, name: str = NAME) -> None:
    found = entry(view, name)
    assert found is not None
    view.mark(found.model)


def cell(view: LibraryView, name: str = NAME) -> Cell:
    at = next(at for at, one in enumerate(view.list.rows.things) if one.model.name == name)
    return view.list.rows.cell(view.list.rows.index(at))


def state(view: LibraryView) -> str:
    mark = cell(view).mark if entry(view) is not None else None
    return mark.word if mark is not None else ""


def opened_with_one(open_window: Opens, paths: Paths, seedling: Path) -> tuple[Opened, Room, LibraryView]:
    place(paths, seedling)
    opened = open_window()
    opened.until_open()
    view = opened.room.views.library
    opened.until(lambda: entry(view) is not None)
    return opened, opened.room, view


def test_a_pulled_model_is_in_the_library_and_can_be_talked_with(open_window: Opens, hub: Hub) -> None:
    opened = open_window()
    opened.until_ready()
    view, room = opened.room.views.library, opened.room
    room.downloading.pull(NAME)
    opened.until(lambda: state(view) == "Verified")
    select(view)
    before = room.conversing.session
    view.card.talk.click()
    opened.until(lambda: room.conversing.session not in (None, before))
    opened.until_ready()
    assert room.running.picked is not None
    assert room.running.picked.name == NAME
    opened.ask("What is the capital of France?")
    assert opened.turns[-1].state == "finished"
    opened.until(lambda: "used just now" in cell(view).detail)


def test_verifying_tells_what_was_found(open_window: Opens, paths: Paths, seedling: Path) -> None:
    opened, room, view = opened_with_one(open_window, paths, seedling)
    assert state(view) == "Not verified"
    select(view)
    view.card.verify.click()
    assert room.curating.verification.model is not None
    opened.until(lambda: state(view) == "Recorded")
    assert "verified" in opened.window.notices.topics
    assert view.card.verify.isEnabled()


def test_a_damaged_model_is_repaired_from_the_notice(open_window: Opens, hub: Hub, paths: Paths) -> None:
    opened = open_window()
    opened.until_open()
    view, room = opened.room.views.library, opened.room
    room.downloading.pull(NAME)
    opened.until(lambda: state(view) == "Verified")
    path = next(paths.models.rglob("*.gguf"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 0xFF]))
    select(view)
    view.card.verify.click()
    opened.until(lambda: "differ" in opened.window.notices.said("verified"))
    opened.window.notices.press("verified", "Repair it")
    opened.until(lambda: path.read_bytes() == whole)
    opened.until(lambda: state(view) == "Verified")


def test_removed_and_brought_back(open_window: Opens, paths: Paths, seedling: Path) -> None:
    opened, room, view = opened_with_one(open_window, paths, seedling)
    path = next(paths.models.rglob("*.gguf"))
    select(view)
    view.card.remove.click()
    opened.until(lambda: entry(view) is None and "removed" in opened.window.notices.topics)
    assert not path.exists()
    assert NAME not in {one.name for one in room.running.models}
    opened.window.notices.press("removed")
    opened.until(lambda: entry(view) is not None)
    assert path.exists()


def test_tags_and_notes_are_kept_and_found(open_window: Opens, paths: Paths, seedling: Path) -> None:
    opened, _room, view = opened_with_one(open_window, paths, seedling)
    select(view)
    view.card.tags.setText("fast, mine")
    view.card.tags.editingFinished.emit()
    opened.until(lambda: "#mine" in cell(view).detail)
    view.field.setText("mine")
    assert [one.model.name for one in view.list.rows.things] == [NAME]
    view.field.setText("nobody has this")
    assert view.pages.shown == "Nothing matches"


def test_doubles_are_found_by_their_bytes(open_window: Opens, paths: Paths, seedling: Path) -> None:
    twin = paths.models / "acme" / "twin-GGUF" / "twin-Q8_0.gguf"
    twin.parent.mkdir(parents=True)
    shutil.copyfile(seedling, twin)
    opened, _room, _view = opened_with_one(open_window, paths, seedling)
    opened.controller.actions.trigger("library.doubles")
    opened.until(lambda: "acme/twin-GGUF:Q8_0" in opened.window.notices.said("doubles"))
    assert "would free" in opened.window.notices.said("doubles")


def test_a_folder_is_adopted_where_it_is(open_window: Opens, tmp_path: Path, seedling: Path) -> None:
    opened = open_window()
    opened.until_open()
    view = opened.room.views.library
    folder = tmp_path / "elsewhere" / "org" / "repo"
    folder.mkdir(parents=True)
    shutil.copyfile(seedling, folder / "other-Q8_0.gguf")
    opened.room.curating.add_folder(str(tmp_path / "elsewhere"))
    opened.until(lambda: entry(view, "org/repo:Q8_0") is not None)
    assert (folder / "other-Q8_0.gguf").exists()


def test_a_broken_file_says_so(open_window: Opens, paths: Paths) -> None:
    path = paths.models / "acme" / "broken" / "broken-Q4_0.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"GGUF" + bytes(40))
    opened = open_window()
    opened.until_open()
    view = opened.room.views.library
    opened.until(lambda: any(not one.model.bundled for one in view.list.rows.things))
    found = next(one for one in view.list.rows.things if not one.model.bundled)
    mark = cell(view, found.model.name).mark
    assert mark is not None
    assert (mark.word, mark.state) == ("Broken", "bad")
    view.mark(found.model)
    assert not view.card.talk.isEnabled()
