r"""Two rules for markdown-it: LaTeX in \( \), \[ \], $ $, $$ $$ or \begin{align} stays untouched by emphasis.

A closer is looked for by plain search: a reply full of openers costs no more than one without.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qwendesk.ui.chat.latex import ENVIRONMENTS

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_DOLLARS = re.compile(r"\$(?![\s$])[^$\n]*?[^\s$\\]\$(?!\d)")
_BEGIN = re.compile(rf"\\begin\{{({'|'.join(map(re.escape, ENVIRONMENTS))})\}}")
_CLOSERS = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}
_BLOCKS = ("$$", "\\[")


def _closer(text: str, at: int) -> str | None:
    """What closes the formula that begins here, if one does."""
    if text.startswith("\\begin{", at):
        found = _BEGIN.match(text, at)
        return f"\\end{{{found[1]}}}" if found else None
    return _CLOSERS.get(text[at : at + 2])


def _end(text: str, at: int, most: int) -> int:
    """Where the formula that begins here ends; -1 if none does."""
    closer = _closer(text, at)
    if closer is None:
        found = _DOLLARS.match(text, at, most)
        return found.end() if found else -1
    end = text.find(closer, at + 2, most)
    return end + len(closer) if end >= 0 and text[at + 2 : end].strip() else -1


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "\\$":
        return False
    end = _end(state.src, state.pos, state.posMax)
    if end < 0:
        return False
    if not silent:
        state.push("math_inline", "", 0).content = state.src[state.pos : end]
    state.pos = end
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    first = _line(state, start)
    closer = _closer(first, 0)
    if closer is None or closer == "\\)" or state.is_code_block(start):
        return False
    one_line = first.find(closer, 2)
    if one_line >= 0 and one_line + len(closer) < len(first):
        return False  # words follow: it stands in a paragraph
    line = start if one_line >= 0 else _closing(state, start + 1, end, closer)
    has_words = first.startswith(_BLOCKS) and one_line < 0 and len(first) > 2
    if has_words and line + 1 < end and not _line(state, line).endswith(closer):
        return False  # no closer comes: it was a paragraph
    if silent:
        return True
    state.line = min(line + 1, end)
    token = state.push("math_block", "", 0)
    token.content = state.getLines(start, state.line, state.blkIndent, False).strip()
    token.map = [start, state.line]
    return True


def _closing(state: StateBlock, line: int, end: int, closer: str) -> int:
    """The line that closes, or the last one before an empty line: display maths holds no empty line."""
    while line < end and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        if _line(state, line).endswith(closer):
            return line
        line += 1
    return line - 1


def install(md: MarkdownIt) -> None:
    """Teach a parser both rules."""
    md.inline.ruler.before("escape", "math_inline", _inline)
    md.block.ruler.before("fence", "math_block", _block, {"alt": ["paragraph", "blockquote", "list"]})
