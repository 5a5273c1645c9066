"""Settings with descriptions: checked before they are kept, and the default is kept as nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from qwendesk.api.options import option
from qwendesk.api.problem import Problem
from qwendesk.system.preferences import Group, Preferences
from qwendesk.system.settings import Settings


@dataclass(frozen=True, slots=True)
class Options:
    at_once: int = option(2, "At once", minimum=1, maximum=16)
    folder: str = option("", "Folder", kind="folder")
    roots: tuple[str, ...] = option((), "Roots", kind="folders")
    address: str = option("", "Address", kind="address")
    mirrors: str = option("", "Mirrors", kind="addresses")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def preferences(kept: Path) -> Preferences:
    return Preferences(Settings(kept), [Group("a.b", "Group", Options)])


def test_what_is_kept_holds_from_now_on(kept: Path) -> None:
    made = preferences(kept)
    made.keep(
        {"a.b.at_once": 3, "a.b.roots": ("/x", "/y"), "a.b.mirrors": " https://a.example  http://b:80/x"}
    )
    for one in (made, preferences(kept)):
        values = one.values("a.b")
        assert (values["at_once"], values["roots"]) == (3, ("/x", "/y"))
        assert values["mirrors"] == "https://a.example http://b:80/x"


def test_the_default_is_kept_as_nothing(kept: Path) -> None:
    made = preferences(kept)
    made.keep({"a.b.at_once": 3, "a.b.folder": "/x"})
    made.keep({"a.b.at_once": 2, "a.b.folder": ""})
    assert "at_once" not in kept.read_text(encoding="utf-8")
    assert "folder" not in kept.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("a.b.at_once", 17, "option_range"),
        ("a.b.at_once", "2", "option_type"),
        ("a.b.roots", [1], "option_type"),
        ("a.b.address", "huggingface.co", "option_address"),
        ("a.b.address", "file:///etc/passwd", "option_address"),
        ("a.b.address", "https://a.example https://b.example", "option_address"),
        ("a.b.mirrors", "https://a.example http://[", "option_address"),
        ("a.b.nothing", 1, "setting_unknown"),
        ("at_once", 1, "setting_unknown"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    kept: Path, name: str, value: object, problem: str
) -> None:
    made = preferences(kept)
    with pytest.raises(Problem, match=problem) as caught:
        made.keep({"a.b.folder": "/x", name: value})
    assert name in caught.value.arguments.values()
    assert not kept.exists()


def test_a_wrong_value_in_the_file_counts_as_unset(kept: Path) -> None:
    kept.write_text('[a.b]\nat_once = 99\nroots = "x"\nfolder = "/y"\n', encoding="utf-8")
    values = preferences(kept).values("a.b")
    assert (values["at_once"], values["roots"], values["folder"]) == (2, (), "/y")
