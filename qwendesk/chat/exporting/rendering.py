"""Markdown that a model wrote, as HTML that loads nothing and runs nothing."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_NESTING = 40
_LONGEST_CODE = 50_000
"""Code longer than this stays in one colour: some of pygments' lexers are slow."""


def rendered(source: str) -> str:
    """HTML of a text. What is nested too deeply for the parser is shown as it was written."""
    tokens = _parser().parse(source)
    if any(one.level >= _NESTING - 2 for one in tokens):
        return f"<pre>{escape(source)}</pre>"
    return str(_parser().renderer.render(tokens, _parser().options, {}))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt(
        "commonmark", {"html": False, "maxNesting": _NESTING, "highlight": lambda *of: _coloured(*of[:2])}
    )
    parser.enable(["table", "strikethrough"]).disable(["reference", "html_block", "html_inline"])
    parser.add_render_rule("image", _image)
    parser.add_render_rule("link_open", _link)
    return parser


def _image(renderer: Any, tokens: Any, at: int, options: Any, env: Any) -> str:
    """Its words, and where it lies: a page that loads it would tell others that it was read."""
    address = escape(str(tokens[at].attrs.get("src", "")))
    words = escape(tokens[at].content) or address
    if address.startswith("data:"):
        return f"<span>{words}</span>"
    return f'<a href="{address}" rel="noreferrer noopener">{words}</a>'


def _link(renderer: Any, tokens: Any, at: int, options: Any, env: Any) -> str:
    tokens[at].attrSet("rel", "noreferrer noopener")
    return str(renderer.renderToken(tokens, at, options, env))


def _coloured(code: str, language: str) -> str:
    """With spans of pygments' classes; empty where the language is not known: then it is only escaped."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    if not language or len(code) > _LONGEST_CODE:
        return ""
    try:
        lexer = get_lexer_by_name(language.lower(), stripnl=False)
    except ClassNotFound:
        return ""
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


@cache
def code_styles() -> str:
    """CSS of the colours, for a light screen and for a dark one."""
    from pygments.formatters import HtmlFormatter

    light, dark = (_rules(HtmlFormatter(style=style)) for style in ("default", "github-dark"))
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}"


def _rules(formatter: Any) -> str:
    """Only of tokens inside <code>: the page has its own background."""
    lines = str(formatter.get_style_defs("pre code")).splitlines()
    return "\n".join(one for one in lines if one.startswith("pre code ."))
