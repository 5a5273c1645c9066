"""What Qwen writes is drawn; what cannot be drawn, or would take too long, is not."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.ui.chat import typeset as typesetting
from qwendesk.ui.chat.latex import Formula, formula
from qwendesk.ui.chat.typeset import typeset

ADVANCED = (
    r"\begin{aligned}f(x)&=\frac{1}{\sqrt{2\pi}\sigma}e^{-\frac{(x-\mu)^2}{2\sigma^2}}\\&=1\end{aligned}"
)
WRITTEN = [
    r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}",
    r"\begin{pmatrix}1&2&3\\4&5&6\\7&8&9\end{pmatrix}",
    r"\begin{bmatrix}1&2\\3&4\end{bmatrix} \begin{vmatrix}1&2\\3&4\end{vmatrix}",
    r"\begin{cases}x & \text{if } x>0\\ -x & \text{otherwise}\end{cases}",
    r"\begin{align}a&=b+c \tag{1}\\&=d+e \label{x}\end{align}",
    ADVANCED,
    r"\left[\begin{array}{cc|c}1&2&3\\ \hline 5&6&7\end{array}\right]",
    r"\boxed{x = \dfrac{-b \pm \sqrt{b^2-4ac}}{2a}}",
    r"\sum_{i=1}^{n} i^2 = \prod_{k} k, \lim_{x \to 0} \frac{\sin x}{x}, \binom{n}{k}",
    r"\alpha\beta\gamma\Gamma\Omega\varepsilon \le \ge \ne \approx \in \subset \cup \forall \exists \infty",
    r"\mathbb{R} \mathcal{L} \mathbf{x} \mathrm{d}x \operatorname{lcm} \operatorname*{argmax}_x \vec{v} \hat{x}",
    r"\left(\frac{a}{b}\right) \left\{x \middle| y\right\} \left.\frac{a}{b}\right|_0 \lfloor x \rfloor \big( x \big)",
    r"\underbrace{a+b}_{c} \overline{AB} \overrightarrow{AB} \xrightarrow{n\to\infty} \sqrt[3]{x} \cancel{x}",
    r"\text{若 } x > 0 \text{，则 한글}",
    r"a \equiv b \pmod{n} \quad \angle ABC = 90^\circ \quad 50\% \quad \$5 \quad \implies \therefore",
]


@pytest.mark.parametrize("latex", WRITTEN)
@pytest.mark.parametrize("display", [True, False])
def test_what_models_write_is_drawn(latex: str, display: bool) -> None:
    drawing = typeset(Formula(latex, display))
    assert drawing is not None
    assert drawing.width > 5
    assert drawing.ascent + drawing.descent > 8


@pytest.mark.parametrize("latex", [r"\frac", r"\left(", "x^2^2", "a & b", "{", r"\text{مرحبا}", "x\u202ey"])
def test_what_is_wrong_or_has_no_glyph_is_not_drawn(latex: str) -> None:
    assert typeset(Formula(latex, True)) is None


def test_a_fraction_stands_around_the_base_line() -> None:
    letter, fraction = typeset(Formula("x", False)), typeset(Formula(r"\frac{a}{b}", True))
    assert letter is not None
    assert fraction is not None
    assert letter.descent < 3 < fraction.descent
    assert fraction.ascent > letter.ascent


@pytest.mark.parametrize(
    "bomb",
    [
        r"\left(" * 18 + "x" + r"\right)" * 18,
        r"\begin{pmatrix}" * 12 + "x" + r"\end{pmatrix}" * 12,
        r"\underbrace{" * 20 + "x" + "}" * 20,
        r"\sum_{" * 30 + "x" + "}" * 30,
        r"\hspace{99999999em}x",
    ],
)
def test_a_bomb_is_not_drawn(bomb: str) -> None:
    given = formula(f"$${bomb}$$")
    assert given is not None
    assert typeset(given) is None


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A formula that is drawn elsewhere is not with too small an allowance: what is counted is what is done."""
    assert typeset(Formula(ADVANCED, True)) is not None
    monkeypatch.setattr(typesetting, "ALLOWANCE", 20)
    assert typeset(Formula(ADVANCED, True)) is None


@pytest.mark.parametrize(
    "latex", [*WRITTEN, r"\left(\frac{\left[\frac{a}{b}\right]}{c^{\left(\frac12\right)}}\right)^{2}"]
)
def test_rows_are_as_ziamath_lays_them_out(latex: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from ziamath.nodes import mnode, mrow

    ours = typeset(Formula(latex, True))
    monkeypatch.setitem(mnode._node_classes, "mrow", mrow.Mrow)
    assert typeset(Formula(latex, True)) == ours


@pytest.mark.parametrize(
    "latex",
    [
        r"\color{url(http://evil.example/x)}{x}",
        r"\href{http://evil.example}{x}",
        r"\text{<image href='file:///etc/passwd'/>}",
        r"\includegraphics{http://evil.example/x.png}",
    ],
)
def test_a_drawing_holds_shapes_alone(latex: str) -> None:
    drawing = typeset(Formula(latex, True))
    for shape in ElementTree.fromstring(drawing.svg).iter() if drawing else ():
        assert shape.tag.rpartition("}")[2] in ("svg", "g", "path", "rect", "ellipse", "text")
        assert not any("href" in name for name in shape.attrib)


_PIECES = [
    r"\frac",
    "{",
    "}",
    "^",
    "_",
    "x",
    "&",
    r"\\",
    r"\left(",
    r"\right)",
    r"\sqrt",
    r"\text{",
    " ",
    "<",
    "中",
]
_PIECES += [r"\begin{matrix}", r"\end{matrix}", r"\sum", r"\hat", "'", "|", r"\,", r"\mathrm", "\x07", "😀"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join), st.booleans())
def test_no_formula_raises(latex: str, display: bool) -> None:
    typeset(Formula(latex, display))
