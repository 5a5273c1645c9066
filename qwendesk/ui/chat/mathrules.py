r"""Two rules for markdown-it: LaTeX in \( \), \[ \], $ $ or $$ $$ stays source, untouched by emphasis."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_INLINE = re.compile(
    r"\\\((?!\s*\\\)).+?\\\)|\\\[.+?\\\]|\$\$[^$]+?\$\$|\$(?![\s$])[^$\n]*?[^\s$\\]\$(?!\d)", re.DOTALL
)
_CLOSERS = {"$$": "$$", "\\[": "\\]"}


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "\\$":
        return False
    found = _INLINE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("math_inline", "", 0).content = found.group()
    state.pos = found.end()
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    first = _line(state, start)
    closer = _CLOSERS.get(first[:2])
    if closer is None or state.is_code_block(start) or (len(first) > 2 and not first.endswith(closer)):
        return False
    if silent:
        return True
    line = start
    if len(first) < 4:
        line = _closing(state, start + 1, end, closer)
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
