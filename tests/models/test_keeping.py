"""Adopting, verifying, doubles, the trash: nothing is lost, and files of others are never touched."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.small_models import eye, model, part
from models.conftest import Shop
from qwendesk.api.problem import Problem
from qwendesk.api.sources import RemoteFile
from qwendesk.models.downloads.pull import ModelInstalled, Pull, PulledFile
from qwendesk.models.events import LibraryChanged, ModelAdopted, ModelRemoved, ModelRestored, ModelVerified
from qwendesk.models.verifying import Stopped

Put = Callable[[str, bytes], Path]
NAME = "a/b:Q8_0"


@pytest.fixture
def one(put: Put) -> Path:
    return put("a/b/one-Q8_0.gguf", model())


def test_an_adopted_file_stays_where_it_is(shop: Shop, opened: Callable[[], Shop], tmp_path: Path) -> None:
    path = tmp_path / "others" / "sha256-abc"
    path.parent.mkdir()
    path.write_bytes(model("theirs"))
    before = path.stat()
    adopted = shop.keeping.adopt(path, "qwen3:4b", "Ollama")
    assert (adopted.name, adopted.title, adopted.path) == ("qwen3:4b", "qwen3:4b", path)
    assert shop.told(ModelAdopted) == [ModelAdopted("qwen3:4b", str(path), "Ollama")]
    later = opened()
    found = later.library.entry("qwen3:4b")
    assert (found.adopted, found.origin, found.summary.name) == (True, "Ollama", "theirs")
    assert later.keeping.remove(found.model) is None
    assert later.told(ModelRemoved) == [ModelRemoved("qwen3:4b", None)]
    assert later.names() == set()
    assert (path.stat().st_mtime_ns, path.read_bytes()) == (before.st_mtime_ns, model("theirs"))


def test_an_adopted_file_that_went_is_gone_and_its_drive_away(shop: Shop, tmp_path: Path) -> None:
    for folder in ("there", "drive"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}.gguf").write_bytes(model())
        shop.keeping.adopt(tmp_path / folder / f"{folder}.gguf")
    (tmp_path / "there" / "there.gguf").unlink()
    (tmp_path / "drive").rename(tmp_path / "unplugged")
    assert shop.library.refresh() == LibraryChanged(removed=("there",))
    assert [one.model.name for one in shop.library.entries() if one.away] == ["drive"]
    (tmp_path / "there" / "there.gguf").write_bytes(model())
    assert shop.library.refresh() == LibraryChanged(added=("there",))


def test_adopting_the_same_again_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same-Q8_0.gguf").write_bytes(model())
        for _ in range(2):
            shop.keeping.adopt(tmp_path / folder / "same-Q8_0.gguf", repo="org/repo")
    assert shop.names() == {"org/repo:Q8_0", str(tmp_path / "y" / "same-Q8_0.gguf")}


def test_what_is_no_model_is_not_adopted(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "text.gguf").write_bytes(b"hello")
    with pytest.raises(Problem, match="model_not_gguf"):
        shop.keeping.adopt(tmp_path / "text.gguf")
    with pytest.raises(Problem, match="model_not_a_file"):
        shop.keeping.adopt(tmp_path)
    with pytest.raises(Problem, match="model_unreadable"):
        shop.keeping.adopt(tmp_path / "nowhere.gguf")


def test_removed_and_brought_back(shop: Shop, opened: Callable[[], Shop], one: Path) -> None:
    shop.keeping.describe(shop.library.find(NAME), ["mine"])
    removed = shop.keeping.remove(shop.library.find(NAME))
    assert removed is not None
    assert (removed.name, removed.there, one.exists(), shop.names()) == (NAME, True, False, set())
    assert not (shop.paths.models / "a").exists()
    later = opened()
    assert [(each.name, each.there) for each in later.keeping.trash()] == [(NAME, True)]
    assert later.keeping.restore() == NAME
    assert one.read_bytes() == model()
    assert later.library.entry(NAME).remark.tags == ("mine",)
    assert (later.keeping.trash(), later.told(ModelRestored)) == ([], [ModelRestored(NAME)])
    assert not list(shop.paths.models.glob(".*"))
    with pytest.raises(Problem, match="trash_empty"):
        later.keeping.restore()


def test_parts_and_the_projector_go_together(shop: Shop, put: Put) -> None:
    for number in (1, 2):
        put(f"a/big/big-Q8_0-{number:05}-of-00002.gguf", part(number, 2))
    put("a/see/see-Q4_0.gguf", model(architecture="qwen3vl"))
    put("a/see/see-Q8_0.gguf", model(architecture="qwen3vl", seed=1))
    projector = put("a/see/mmproj-F16.gguf", eye())
    shop.keeping.remove(shop.library.find("a/big"))
    assert not (shop.paths.models / "a" / "big").exists()
    shop.keeping.remove(shop.library.find("a/see:Q4_0"))
    assert projector.exists()
    shop.keeping.remove(shop.library.find("a/see:Q8_0"))
    assert not projector.exists()
    for _ in range(3):
        shop.keeping.restore()
    assert shop.names() == {"a/big:Q8_0", "a/see:Q4_0", "a/see:Q8_0"}
    assert projector.exists()


def test_nothing_is_overwritten_by_what_comes_back(shop: Shop, one: Path, put: Put) -> None:
    shop.keeping.remove(shop.library.find(NAME))
    put("a/b/one-Q8_0.gguf", model("newer"))
    with pytest.raises(Problem, match="restore_occupied"):
        shop.keeping.restore()
    assert one.read_bytes() == model("newer")
    assert len(shop.keeping.trash()) == 1


def test_a_removal_that_fails_half_way_leaves_all_in_place(
    shop: Shop, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (put(f"a/b/x-Q8_0-{number:05}-of-00002.gguf", part(number, 2)) for number in (1, 2))
    found = shop.library.find(NAME)
    rename = Path.rename

    def fails_for_the_second(path: Path, target: Path) -> Path:
        if path == second:
            raise PermissionError(13, "in use")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails_for_the_second)
    with pytest.raises(Problem, match="remove_failed"):
        shop.keeping.remove(found)
    assert first.exists()
    assert second.exists()
    assert shop.keeping.trash() == []
    assert shop.names() == {NAME}


def test_after_a_month_it_is_deleted(shop: Shop, one: Path) -> None:
    removed = shop.keeping.remove(shop.library.find(NAME))
    assert removed is not None
    assert shop.keeping.empty_trash() == 0
    shop.now += 31 * 24 * 3600
    assert shop.keeping.empty_trash() == removed.size
    assert shop.keeping.trash() == []
    assert list(shop.paths.models.iterdir()) == []


def test_another_removal_takes_out_what_is_a_month_old(shop: Shop, one: Path, put: Put) -> None:
    shop.keeping.remove(shop.library.find(NAME))
    shop.now += 31 * 24 * 3600
    put("c/d/two-Q8_0.gguf", model(seed=1))
    shop.keeping.remove(shop.library.find("c/d"))
    assert [one.name for one in shop.keeping.trash()] == ["c/d:Q8_0"]


def test_the_trash_is_emptied_on_demand(shop: Shop, one: Path) -> None:
    shop.keeping.remove(shop.library.find(NAME))
    assert shop.keeping.empty_trash(0) == len(model())
    with pytest.raises(Problem, match="trash_empty"):
        shop.keeping.restore()


def test_somebody_emptied_the_folder(shop: Shop, one: Path) -> None:
    removed = shop.keeping.remove(shop.library.find(NAME))
    shutil.rmtree(shop.paths.models / ".qwendesk-trash")
    assert [each.there for each in shop.keeping.trash()] == [False]
    with pytest.raises(Problem, match="restore_failed"):
        shop.keeping.restore(removed.number if removed else None)
    with pytest.raises(Problem, match="trash_unknown"):
        shop.keeping.restore(99)


def test_what_is_not_ours_is_not_removed(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="model_bundled"):
        shop.keeping.remove(shop.library.find(None))
    path = tmp_path / "elsewhere.gguf"
    path.write_bytes(model())
    with pytest.raises(Problem, match="model_not_ours"):
        shop.keeping.remove(shop.library.find(str(path)))
    assert path.exists()


def test_verified_against_what_it_was_before(shop: Shop, one: Path) -> None:
    seen: list[tuple[int, int]] = []
    first = shop.keeping.verify(shop.library.find(NAME), lambda done, whole: seen.append((done, whole)))
    assert (first.state, seen[-1]) == ("recorded", (len(model()), len(model())))
    assert first.files[0].sha256 == hashlib.sha256(model()).hexdigest()
    assert shop.library.entry(NAME).verified == first
    again = shop.keeping.verify(shop.library.find(NAME))
    assert (again.state, again.source) == ("verified", "earlier")
    one.write_bytes(model("changed"))
    assert shop.library.entry(NAME).verified is None
    changed = shop.keeping.verify(shop.library.find(NAME))
    assert changed.state == "differs"
    assert [event.state for event in shop.told(ModelVerified)] == ["recorded", "verified", "differs"]  # type: ignore[attr-defined]


def test_other_bytes_of_an_owner_are_accepted(shop: Shop, one: Path) -> None:
    shop.keeping.verify(shop.library.find(NAME))
    one.write_bytes(model("changed"))
    changed = shop.keeping.verify(shop.library.find(NAME))
    assert (changed.state, changed.replaced) == ("differs", True)
    shop.keeping.accept(shop.library.find(NAME))
    accepted = shop.library.entry(NAME).verified
    assert accepted is not None
    assert (accepted.state, accepted.replaced) == ("verified", False)
    assert shop.keeping.verify(shop.library.find(NAME)).state == "verified"
    one.write_bytes(model("once more"))
    assert shop.keeping.verify(shop.library.find(NAME)).replaced


def test_what_a_name_tells_is_not_accepted(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / f"sha256-{'0' * 64}"
    path.write_bytes(model())
    shop.keeping.adopt(path, "bad")
    assert not shop.keeping.verify(shop.library.find("bad")).replaced
    shop.keeping.accept(shop.library.find("bad"))
    assert shop.keeping.verify(shop.library.find("bad")).state == "differs"


def test_the_trash_is_found_and_emptied_without_a_list(shop: Shop, one: Path) -> None:
    shop.keeping.remove(shop.library.find(NAME))
    assert shop.keeping.trash_on_disk() == len(model())
    assert shop.keeping.empty_trash_on_disk() == len(model())
    assert not (shop.paths.models / ".qwendesk-trash").exists()
    assert [each.there for each in shop.keeping.trash()] == [False]
    assert shop.keeping.trash_on_disk() == 0


def test_a_trash_that_leads_elsewhere_is_left_alone(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("Dear")
    shop.paths.models.mkdir(parents=True, exist_ok=True)
    (shop.paths.models / ".qwendesk-trash").symlink_to(tmp_path / "mine")
    assert shop.keeping.empty_trash_on_disk() == 0
    assert (tmp_path / "mine" / "letter").exists()


def test_one_flipped_bit_in_one_part_is_found(shop: Shop, put: Put) -> None:
    paths = [put(f"a/b/x-Q8_0-{number:05}-of-00002.gguf", part(number, 2)) for number in (1, 2)]
    shop.keeping.verify(shop.library.find(NAME))
    before, data = paths[1].stat(), bytearray(paths[1].read_bytes())
    data[-1] ^= 1
    paths[1].write_bytes(data)
    os.utime(paths[1], ns=(before.st_atime_ns, before.st_mtime_ns))
    found = shop.keeping.verify(shop.library.find(NAME))
    assert [each.state for each in found.files] == ["verified", "differs"]
    assert shop.library.entry(NAME).verified == found


def test_a_blob_is_called_by_its_hash(shop: Shop, tmp_path: Path) -> None:
    good, bad = hashlib.sha256(model()).hexdigest(), "0" * 64
    for name in (good, bad):
        (tmp_path / f"sha256-{name}").write_bytes(model())
    states = [
        shop.keeping.verify(shop.keeping.adopt(tmp_path / f"sha256-{name}", name[:4])) for name in (good, bad)
    ]
    assert [(one.state, one.source) for one in states] == [
        ("verified", "blob name"),
        ("differs", "blob name"),
    ]


def test_stopped_in_the_middle_nothing_is_kept(shop: Shop, one: Path) -> None:
    with pytest.raises(Stopped):
        shop.keeping.verify(shop.library.find(NAME), stopped=lambda: True)
    assert shop.library.entry(NAME).verified is None


def test_what_a_download_checked_is_verified(shop: Shop, one: Path) -> None:
    data = model()
    file = RemoteFile("one-Q8_0.gguf", len(data), hashlib.sha256(data).hexdigest())
    pull = Pull(
        1,
        "huggingface",
        (),
        "a/b",
        "main",
        "Q8_0",
        shop.paths.models,
        False,
        0.0,
        (PulledFile(1, file, "done"),),
    )
    shop.keeping.installed(object())
    shop.keeping.installed(ModelInstalled(pull, (one,)))
    found = shop.library.entry(NAME).verified
    assert found is not None
    assert (found.state, found.source) == ("verified", "huggingface")
    one.write_bytes(model("tampered with"))
    assert shop.keeping.verify(shop.library.find(NAME)).state == "differs"


def test_doubles_are_found_by_hash_and_links_are_none(shop: Shop, put: Put) -> None:
    first = put("a/b/one-Q8_0.gguf", model())
    second = put("c/d/copy-Q8_0.gguf", model())
    put("e/f/other-Q8_0.gguf", model(seed=1))
    os.link(first, shop.paths.models / "linked-Q8_0.gguf")
    (found,) = shop.keeping.duplicates()
    assert set(found.names) >= {"c/d:Q8_0"}
    assert len(found.paths) == 2
    assert second in found.paths
    assert found.wasted == len(model())


def test_only_what_has_the_same_size_is_hashed(shop: Shop, put: Put) -> None:
    put("a/b/one-Q8_0.gguf", model())
    put("c/d/longer-Q8_0.gguf", model("a longer name"))
    assert shop.keeping.duplicates(stopped=lambda: True) == []
