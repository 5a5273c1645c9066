"""What a library shows: names, parts, projectors, changes from outside, drives that go and come back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.small_models import eye, model, part
from models.conftest import Shop
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.models.events import LibraryChanged

Put = Callable[[str, bytes], Path]


def test_names_are_those_of_the_hub(shop: Shop, put: Put) -> None:
    put("Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf", model())
    put("unsloth/Qwen3-4B-GGUF/Qwen3-4B-UD-Q4_K_XL.gguf", model(seed=1))
    put("unsloth/Qwen3-4B-GGUF/Qwen3-4B-Q4_K_M.gguf", model(seed=2))
    put("loose.Q4_0.gguf", model(seed=3))
    assert shop.names() == {
        "Qwen/Qwen3-0.6B-GGUF:Q8_0",
        "unsloth/Qwen3-4B-GGUF:UD-Q4_K_XL",
        "unsloth/Qwen3-4B-GGUF:Q4_K_M",
        "loose.Q4_0",
    }


@pytest.mark.parametrize(
    ("typed", "quant"),
    [
        ("unsloth/Qwen3-4B-GGUF:Q8_0", "Q8_0"),
        ("UNSLOTH/qwen3-4b-gguf:q8_0", "Q8_0"),
        ("unsloth/Qwen3-4B-GGUF", "Q4_K_M"),
        ("Qwen3-4B-GGUF:Q8_0", "Q8_0"),
        ("Qwen3-4B-GGUF", "Q4_K_M"),
        ("Qwen3-4B-Q8_0.gguf", "Q8_0"),
        ("Qwen3-4B-Q8_0", "Q8_0"),
    ],
)
def test_found_by_every_name_that_people_type(shop: Shop, put: Put, typed: str, quant: str) -> None:
    for one in ("Q8_0", "Q4_K_M", "Q2_K"):
        put(f"unsloth/Qwen3-4B-GGUF/Qwen3-4B-{one}.gguf", model())
    assert shop.library.find(typed).path.name == f"Qwen3-4B-{quant}.gguf"


def test_a_name_that_nothing_has(shop: Shop, put: Put) -> None:
    put("unsloth/Qwen3-4B-GGUF/Qwen3-4B-Q8_0.gguf", model())
    for typed in ("unsloth/Qwen3-4B-GGUF:Q2_K", "Qwen3", "", ":", "unsloth/"):
        with pytest.raises(Problem, match="model_not_found"):
            shop.library.find(typed)


def test_parts_are_one_model(shop: Shop, put: Put) -> None:
    for number in (1, 2, 3):
        put(f"Qwen/Big-GGUF/big-q4_k_m-{number:05}-of-00003.gguf", part(number, 3))
    (found,) = (one for one in shop.library.entries() if not one.model.bundled)
    assert (found.model.name, found.summary.parts, found.state) == ("Qwen/Big-GGUF:Q4_K_M", 3, "ok")
    assert found.model.size_bytes == sum(one.stat().st_size for one in found.model.path.parent.iterdir())
    assert found.model.title == "big-q4_k_m"


def test_a_missing_part_is_broken_and_says_which(shop: Shop, put: Put) -> None:
    put("Qwen/Big-GGUF/big-q4_k_m-00001-of-00002.gguf", part(1, 2))
    (found,) = (one for one in shop.library.entries() if not one.model.bundled)
    assert found.state == "broken"
    assert found.summary.problem is not None
    assert found.summary.problem.arguments["part"] == "big-q4_k_m-00002-of-00002.gguf"


def test_the_projector_that_fits_belongs_to_the_model(shop: Shop, put: Put) -> None:
    put("Qwen/Qwen3-VL-GGUF/Qwen3VL-Q4_0.gguf", model(architecture="qwen3vl"))
    put("Qwen/Qwen3-VL-GGUF/mmproj-Qwen3VL-Q8_0.gguf", eye())
    best = put("Qwen/Qwen3-VL-GGUF/mmproj-Qwen3VL-F16.gguf", eye())
    put("Qwen/Other-VL-GGUF/Other-Q4_0.gguf", model(architecture="qwen3vl"))
    put("Qwen/Other-VL-GGUF/mmproj-F16.gguf", eye(128))
    put("Qwen/Blind-GGUF/Blind-Q4_0.gguf", model())
    put("Qwen/Blind-GGUF/mmproj-F16.gguf", eye())
    found = {one.name: one.mmproj for one in shop.library.models() if not one.bundled}
    assert found == {
        "Qwen/Qwen3-VL-GGUF:Q4_0": best,
        "Qwen/Other-VL-GGUF:Q4_0": None,
        "Qwen/Blind-GGUF:Q4_0": None,
    }
    assert shop.library.find(str(best.parent / "Qwen3VL-Q4_0.gguf")).mmproj == best


def test_the_quantization_is_what_the_tensors_tell(shop: Shop, put: Put) -> None:
    """The file calls itself Q4_K_M, and holds F16."""
    put("a/b/liar-Q4_K_M.gguf", model(general__file_type=15))
    (found,) = (one for one in shop.library.entries() if not one.model.bundled)
    assert found.model.quantization == "F16"
    assert found.model.name == "a/b:Q4_K_M"
    assert not found.summary.quantization.honest


def test_recommended_sampling_comes_from_the_card(shop: Shop, put: Put) -> None:
    put(
        "unsloth/Qwen3-8B-GGUF/Qwen3-8B-Q4_K_M.gguf",
        model(qwen3__block_count=36, qwen3__embedding_length=4096),
    )
    found = shop.library.find("unsloth/Qwen3-8B-GGUF")
    assert found.sampling_for(True) == Sampling(temperature=0.6, top_p=0.95)
    assert found.sampling_for(False) == Sampling()
    assert found.sampling == found.sampling_for(True)


def test_what_happens_outside_is_noticed(shop: Shop, put: Put) -> None:
    first = put("a/b/one-Q8_0.gguf", model())
    assert shop.library.refresh() == LibraryChanged(added=("a/b:Q8_0",))
    assert shop.library.refresh() == LibraryChanged()
    put("a/b/two-Q4_0.gguf", model(seed=1))
    os.utime(first, ns=(1, 1))
    assert shop.library.refresh() == LibraryChanged(added=("a/b:Q4_0",), changed=("a/b:Q8_0",))
    first.unlink()
    assert shop.library.refresh() == LibraryChanged(removed=("a/b:Q8_0",))
    assert len(shop.told(LibraryChanged)) == 3


def test_another_process_sees_no_news_in_what_is_known(opened: Callable[[], Shop], put: Put) -> None:
    put("a/b/one-Q8_0.gguf", model())
    opened().library.refresh()
    assert opened().library.refresh() == LibraryChanged()


def test_files_are_read_once(opened: Callable[[], Shop], put: Put) -> None:
    path = put("a/b/one-Q8_0.gguf", model("first"))
    first = opened().library.entry("a/b").summary
    before = path.stat()
    path.write_bytes(b"x" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert opened().library.entry("a/b").summary == first
    path.write_bytes(model("another"))
    assert opened().library.entry("a/b").summary.name == "another"


def test_a_drive_that_is_unplugged_is_away_and_comes_back(opened: Callable[[], Shop], tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    (drive / "a" / "b").mkdir(parents=True)
    (drive / "a" / "b" / "one-Q8_0.gguf").write_bytes(model("on a drive"))
    shop = opened()
    shop.roots.append(str(drive))
    shop.keeping.describe(shop.library.find("a/b:Q8_0"), ["mine"], "keep")
    drive.rename(tmp_path / "elsewhere")
    for empty in (False, True):  # an empty mount point is left behind by most systems
        if empty:
            drive.mkdir()
        later = opened()
        later.roots.append(str(drive))
        assert later.library.refresh() == LibraryChanged()
        assert later.names() == set()
        (found,) = (one for one in later.library.entries() if not one.model.bundled)
        assert (found.state, found.summary.name, found.remark.notes) == ("away", "on a drive", "keep")
        with pytest.raises(Problem, match="model_away"):
            later.library.find("a/b:Q8_0")
    drive.rmdir()
    (tmp_path / "elsewhere").rename(drive)
    back = opened()
    back.roots.append(str(drive))
    assert back.library.refresh() == LibraryChanged()
    assert back.library.entry("a/b:Q8_0").remark.tags == ("mine",)


def test_the_last_model_of_the_home_is_gone_not_away(shop: Shop, put: Put) -> None:
    path = put("one-Q8_0.gguf", model())
    shop.library.refresh()
    path.unlink()
    assert shop.library.refresh() == LibraryChanged(removed=("one-Q8_0",))


def test_tags_wait_for_a_file_that_comes_back(shop: Shop, put: Put) -> None:
    path = put("a/b/one-Q8_0.gguf", model())
    shop.keeping.describe(shop.library.find("a/b"), [" good ", "good", ""], "fast")
    path.unlink()
    shop.library.refresh()
    put("a/b/one-Q8_0.gguf", model())
    assert shop.library.entry("a/b").remark.tags == ("good",)
    assert shop.library.entry("a/b").remark.notes == "fast"


def test_when_it_was_used(shop: Shop, put: Put) -> None:
    put("a/b/one-Q8_0.gguf", model())
    shop.keeping.used(shop.library.find("a/b"))
    shop.keeping.used(shop.library.find(None))
    used = {one.model.name: one.remark.used for one in shop.library.entries()}
    assert {name for name, when in used.items() if when} == {"seedling", "a/b:Q8_0"}
    assert set(used.values()) == {shop.now, None}


def test_two_roots_with_the_same_model(shop: Shop, put: Put, tmp_path: Path) -> None:
    put("a/b/one-Q8_0.gguf", model())
    other = tmp_path / "other" / "a" / "b"
    other.mkdir(parents=True)
    (other / "one-Q8_0.gguf").write_bytes(model())
    shop.roots.append(str(tmp_path / "other"))
    assert shop.names() == {"a/b:Q8_0", str(other / "one-Q8_0.gguf")}
    assert shop.library.find(str(other / "one-Q8_0.gguf")).path == other / "one-Q8_0.gguf"


def test_a_folder_with_safetensors_is_a_model(shop: Shop, seedling: Path) -> None:
    target = shop.paths.models / "Qwen" / "Tiny"
    shutil.copytree(seedling.parent / "hf", target)
    found = shop.library.find("Qwen/Tiny")
    assert (found.name, found.format, found.path) == ("Qwen/Tiny", "safetensors", target)
    assert shop.library.find(str(target)).format == "safetensors"


def test_a_link_to_its_own_folder_ends(shop: Shop, put: Put) -> None:
    path = put("a/b/one-Q8_0.gguf", model())
    (path.parent / "loop").symlink_to(path.parent, target_is_directory=True)
    assert "a/b:Q8_0" in shop.names() or len(shop.names()) == 2


def test_broken_files_stay_listed_with_the_reason(shop: Shop, put: Put) -> None:
    put("bad.gguf", b"GGUF and nothing more")
    (found,) = (one for one in shop.library.entries() if not one.model.bundled)
    assert (found.state, found.summary.problem is not None) == ("broken", True)
    assert shop.library.find("bad").path.name == "bad.gguf"


def test_a_home_that_cannot_keep_anything_still_lists(tmp_path: Path, put: Put, shop: Shop) -> None:
    put("one-Q8_0.gguf", model())
    shop.store.close()
    shop.paths.database.write_bytes(b"this is no database at all, and never was one" * 100)
    assert shop.names() == {"one-Q8_0"}
    assert shop.library.entry("one-Q8_0").summary.layers == 1
    shop.keeping.used(shop.library.find("one-Q8_0"))
