"""Model output is hostile: nothing is loaded, run, or opened by rendering it."""

from __future__ import annotations

import pytest

from qwendesk.ui.chat.leaves import Leaf, Maths, Prose, Rule, Table, plain
from qwendesk.ui.chat.markdown import parse


def leaves(source: str) -> list[Leaf]:
    return [leaf for part in parse(source) for leaf in part.leaves]


def links(source: str) -> list[str]:
    return [
        span.link for leaf in leaves(source) if isinstance(leaf, Prose) for span in leaf.spans if span.link
    ]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "vbscript:x",
        "file:///etc/passwd",
        "data:text/html,x",
        "/etc/passwd",
        "\\\\server\\share",
        "ftp://host/x",
        "qwendesk:run",
        "http:",
    ],
)
def test_only_web_and_mail_addresses_are_links(address: str) -> None:
    assert links(f"[click]({address})") == []
    assert links(f"<{address}>") == []
    assert "click" in plain(leaves(f"[click]({address})")[0])


def test_a_refused_address_stays_readable() -> None:
    assert plain(leaves("[click](/etc/passwd)")[0]) == "click (/etc/passwd)"


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c", "http://example.org", "mailto:a@example.org"]
)
def test_good_links_keep_their_address(address: str) -> None:
    assert links(f"[click]({address})") == [address]
    assert links(f"<{address}>") == [address]


@pytest.mark.parametrize(
    "address", ["http://evil.example/x.png", "file:///etc/passwd", "data:image/png;base64,AAAA"]
)
def test_images_are_words(address: str) -> None:
    (leaf,) = leaves(f"![a cat]({address})")
    assert isinstance(leaf, Prose)
    assert "a cat" in plain(leaf)
    assert address in plain(leaf)
    assert not any(span.link for span in leaf.spans)


def test_an_endless_image_address_is_cut() -> None:
    assert len(plain(leaves(f"![x](data:image/png;base64,{'A' * 100_000})")[0])) < 300


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=http://evil.example/x>",
        "a <b>bold</b> c",
        "<!-- no -->",
        "<?php ?>",
    ],
)
def test_html_is_shown_not_read(source: str) -> None:
    (leaf,) = leaves(source)
    assert plain(leaf) == source


def test_formulas_stay_source() -> None:
    (leaf,) = leaves("The cost is $O(n_1 * m_2 * k)$ and \\(a_b*c*\\), but $5 and $6 are money.")
    assert isinstance(leaf, Prose)
    assert [span.text for span in leaf.spans if span.maths] == ["$O(n_1 * m_2 * k)$", "\\(a_b*c*\\)"]
    (shown,) = leaves("$$\nx = 1\n- y_1*z*\n$$")
    assert shown == Maths(shown.place, "$$\nx = 1\n- y_1*z*\n$$")


def test_an_unclosed_formula_swallows_only_its_paragraph() -> None:
    assert [type(leaf) for leaf in leaves("$$\nx\n\n# heading")] == [Maths, Prose]


def test_blocks() -> None:
    found = leaves(
        "# T\n\ntext **b** *i* ~~s~~ `c`\n\n---\n\n| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n- x\n  - y\n\n> q"
    )
    assert [type(leaf) for leaf in found] == [Prose, Prose, Rule, Table, Prose, Prose, Prose]
    text = found[1]
    assert isinstance(text, Prose)
    assert [(s.text, s.bold, s.italic, s.strike, s.mono) for s in text.spans if s.text.strip()] == [
        ("text ", False, False, False, False),
        ("b", True, False, False, False),
        ("i", False, True, False, False),
        ("s", False, False, True, False),
        ("c", False, False, False, True),
    ]
    table = found[3]
    assert isinstance(table, Table)
    assert table.aligns == ("center", "right")
    assert [leaf.place.indent for leaf in found[4:6]] == [1, 2]
    assert found[6].place.quote == 1


def test_deep_nesting_ends() -> None:
    for source in ("> " * 500 + "deep", "- " * 500 + "deep", "1. " * 500 + "deep\n\nafter"):
        found = leaves(source)
        assert any("deep" in plain(leaf) for leaf in found)
        assert len(found) < 60
    assert leaves("**_" * 5000)
    assert leaves("[" * 5000)
