"""No name that a hub can think of leads out of the model's folder."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.api.problem import Problem
from qwendesk.models.downloads.names import check_no_links, check_together, folder_of, target_of

FOLDER = Path("/models/acme/tiny")
PIECES = st.sampled_from(
    [
        "..",
        ".",
        "/",
        "\\",
        "a",
        "CON",
        "nul.txt",
        "C:",
        "~",
        "\0",
        "\n",
        " ",
        "x.gguf",
        "é",
        "\u202e",
        "//",
        "..\\",
        "com¹",
    ]
)


@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=8).map("".join)))
def test_every_name_stays_inside_or_is_refused(name: str) -> None:
    try:
        target = target_of(FOLDER, name)
    except Problem:
        return
    assert os.path.normpath(target) == str(target)
    assert target.is_relative_to(FOLDER)
    assert target != FOLDER
    windows = PureWindowsPath(name)
    assert not windows.drive
    assert not windows.root
    assert ".." not in windows.parts
    assert ".." not in PurePosixPath(name).parts
    assert not any(PureWindowsPath(part).is_reserved() for part in PurePosixPath(name).parts)


@given(st.text(max_size=30))
def test_every_repository_stays_inside_or_is_refused(repo: str) -> None:
    try:
        folder = folder_of(Path("/models"), repo)
    except Problem:
        return
    assert folder.relative_to("/models").parts == tuple(repo.split("/"))


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "x/..", "a/../b", "/x", "//x", "x//y", "x/", "\\x", "a\\b", "C:x", "C:/x"),
        *("con", "CON.gguf", "aux.x.y", "Com1", "lpt9.gguf", "nul ", "x.", "x ", " x", "a\0b", "a\nb", "a:b"),
        *("x.part", "x.PART.map", "x.gguf.part.lock", "x" * 300, "\ud800", "a/b/c/d/e/f/g/h/i", "a?b", "a*b"),
    ],
)
def test_refused(name: str) -> None:
    with pytest.raises(Problem) as caught:
        target_of(FOLDER, name)
    assert caught.value.id == "name_unsafe"


@pytest.mark.parametrize(
    "name", ["x.gguf", "Q4_K_M/x-00001-of-00002.gguf", ".gitattributes", "通义.gguf", "a b.txt"]
)
def test_allowed(name: str) -> None:
    assert target_of(FOLDER, name) == FOLDER / name


@pytest.mark.parametrize(
    "names",
    [("a", "A"), ("é", "e\u0301"), ("ß", "ss"), ("a/b", "A/B"), ("a", "a/b"), ("A", "a/b/c"), ("ﬁ", "fi")],
)
def test_collisions(names: tuple[str, ...]) -> None:
    for order in (names, names[::-1]):
        with pytest.raises(Problem) as caught:
            check_together(order)
        assert caught.value.id == "names_collide"


def test_different_names_are_fine() -> None:
    check_together(["a", "b", "c/a", "c/b", "d/c/a"])


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_links(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "acme").mkdir(parents=True)
    check_no_links(root, root / "acme" / "tiny" / "x")
    (root / "acme" / "tiny").symlink_to(tmp_path)
    with pytest.raises(Problem) as caught:
        check_no_links(root, root / "acme" / "tiny" / "x")
    assert caught.value.id == "folder_linked"
    (tmp_path / "link").symlink_to(root)
    check_no_links(tmp_path / "link", tmp_path / "link" / "acme" / "x")
