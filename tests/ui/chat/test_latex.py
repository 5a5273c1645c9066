"""Which text is a formula, and what of it is drawn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.ui.chat.latex import LONGEST, Formula, formula, tidy
from qwendesk.ui.chat.leaves import Maths, Prose
from qwendesk.ui.chat.markdown import parse


@pytest.mark.parametrize(
    ("source", "display"),
    [("$x$", False), (r"\(x\)", False), ("$$x$$", True), (r"\[ x \]", True), ("$$\nx\n$$", True)],
)
def test_delimiters_are_taken_off(source: str, display: bool) -> None:
    assert formula(source) == Formula("x", display)


@pytest.mark.parametrize(
    "source", ["", "$", "$$", "$$$$", "$$ $$", r"\[ x", "$x", "x", r"\(\)", r"\begin{align} x"]
)
def test_what_is_not_complete_is_no_formula(source: str) -> None:
    assert formula(source) is None


def test_too_long_and_too_deep_is_no_formula() -> None:
    assert formula("$" + "x" * LONGEST + "$") is None
    assert formula("$" + "{" * 41 + "x" + "}" * 41 + "$") is None


def test_numbers_become_words_and_labels_vanish() -> None:
    tidied = tidy(r"\begin{align}x&=1\tag{1}\label{eq:a}\\y&=2\nonumber\end{align}")
    assert tidied == r"\begin{align*}x&=1\qquad\text{(1)}\\y&=2\end{align*}"
    assert tidy(r"\begin{equation}x\end{equation}") == "x"
    assert tidy("b=-5") == "b={-}5"
    assert tidy("a-b") == "a-b"


@given(st.text(alphabet="$\\()[]{}x^_ \n&", max_size=60))
def test_no_text_is_a_mistake(source: str) -> None:
    found = formula(source)
    assert found is None or tidy(found.latex) is not None


def sources(text: str) -> list[str]:
    found = []
    for part in parse(text):
        for leaf in part.leaves:
            if isinstance(leaf, Maths):
                found.append(leaf.source)
            elif isinstance(leaf, Prose):
                found += [span.text for span in leaf.spans if span.maths]
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("costs $5 and $6", []),
        ("a $x$ b", ["$x$"]),
        (r"a \(x\) b \(y", [r"\(x\)"]),
        ("a $$x$$ b", ["$$x$$"]),
        ("$$a$$ and $$b$$", ["$$a$$", "$$b$$"]),
        ("\\[\nx\n\\]", ["\\[\nx\n\\]"]),
        ("\\[ x = 1\n + 2 \\]", ["\\[ x = 1\n + 2 \\]"]),
        ("Then\n\\begin{align}\nx&=1\n\\end{align}\nso", ["\\begin{align}\nx&=1\n\\end{align}"]),
        (r"so \begin{cases}a\\b\end{cases} holds", [r"\begin{cases}a\\b\end{cases}"]),
        (r"\begin{document} x \end{document}", []),
        ("- item\n  $$\n  x\n  $$", ["$$\nx\n$$"]),
        ("`$x$` and\n\n    $y$", []),
        ("$a$$b$", ["$a$", "$b$"]),
    ],
)
def test_where_formulas_stand(text: str, found: list[str]) -> None:
    assert sources(text) == found
