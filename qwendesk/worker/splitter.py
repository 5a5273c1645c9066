"""The raw text of a reply, split into reasoning, answer and tool calls while it streams in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from qwendesk.api.messages import Tool, ToolCall
from qwendesk.api.problem import Note
from qwendesk.api.reply import Part, Resplit
from qwendesk.worker.callreader import CallReader, Found, bare_tag
from qwendesk.worker.codemarks import CodeMarks, fenced_tag
from qwendesk.worker.toolcalls import CALL

OPEN, CLOSE = "<think>", "</think>"
# How far to look for the end of inline code around a tag. Fixed, so that the cuts make no difference.
LOOK_AHEAD = 1000

Piece = tuple[Part, str] | ToolCall | Note | Resplit
State = Literal["start", "reasoning", "answer", "call"]

_SCAN = re.compile(r"\n|`+|~+|<")
_MARKED = re.compile(r"[<`~]")
_BACKTICKS = re.compile("`+")


class Splitter:
    """Feed it text, get pieces; how the text was cut makes no difference to what they add up to.

    `<think>` counts at the start of a reply only, `</think>` while a block is open or where none was
    seen, `<tool_call>` in the answer, and so does `<function=…>` of an offered tool at the beginning of a
    line; none of them counts when it is quoted in Markdown code. Line ends around tags belong to nobody.
    A `Resplit` piece replaces all pieces before it, tool calls included.

    `start` and `end` are the offsets of the block's inside in the raw text, `after` is the one behind its
    closing tag; None while there is no such place.

    Args:
        opened: the prompt ended inside the block.
        closed: the prompt ended behind a block that it closed.
        tools: their schemas give the types of XML-like arguments.
        literal: the whole reply is an answer without any tags (it follows a JSON schema).
    """

    def __init__(
        self, *, opened: bool = False, closed: bool = False, tools: Sequence[Tool] = (), literal: bool = False
    ) -> None:
        self.state: State = "answer" if literal else "start"
        self.start: int | None = 0 if opened else None
        self.end: int | None = None
        self.after: int | None = None
        self._opened = opened
        self._literal = literal
        self._closable = not closed
        self._tools = tools
        self._bare = tuple(map(bare_tag, tools))
        self._longest = max(map(len, (CALL, *self._bare)))
        self._call = CallReader(CALL, tools)
        self._cut = False
        self._raw: list[str] = []
        self._length = 0
        self._buffer = ""
        self._begin("answer")

    @property
    def settled(self) -> int:
        """How many characters of the raw text are decided; the rest is held back."""
        return self._length - len(self._buffer)

    @property
    def thinking(self) -> bool:
        """Whether the block is open."""
        return self.state == "reasoning" or (self.state == "start" and self._opened)

    def raw(self) -> str:
        """The text that was fed."""
        self._raw = ["".join(self._raw)]
        return self._raw[0]

    def feed(self, text: str) -> list[Piece]:
        """The pieces that are certain now."""
        self._raw.append(text)
        self._length += len(text)
        if not self._buffer and self.state in ("answer", "reasoning"):
            if self._literal:
                return self._said(text)
            if not _MARKED.search(text):
                self._marks.lines(text)
                return self._said(text)
        self._buffer += text
        return self._run(final=False)

    def finish(self, *, cut: bool = False) -> list[Piece]:
        """The rest. `cut` says that the reply did not end by itself."""
        self._cut = cut
        out = self._run(final=True)
        if self.state == "reasoning":
            out += self._guess(cut)
        if self.state == "answer" and self._newlines and not self._fresh:
            out.append(("answer", "\n" * self._newlines))
        return out

    def begin_answer(self, at: int, end: int) -> str:
        """Forget the raw text from offset `at` on; what follows is the answer.

        Returns the reasoning, which ends at offset `end`.
        """
        raw = self.raw()
        self._raw, self._length, self._buffer = [raw[:at]], at, ""
        self.start = self.start or 0
        self.end, self.after = end, at
        self._enter_answer()
        return raw[self.start : end].strip("\n")

    def take_literally(self) -> None:
        """From here on everything is answer."""
        self._enter_answer()
        self._literal = True

    def _run(self, *, final: bool) -> list[Piece]:
        out: list[Piece] = []
        step = {"start": self._begin_reply, "call": self._read_call}
        while step.get(self.state, self._read_text)(out, final):
            pass
        return out

    def _begin(self, part: Part) -> None:
        self._part: Part = part
        self._marks = CodeMarks()
        self._fresh = True
        self._newlines = 0

    def _enter_answer(self) -> None:
        self.state = "answer"
        self._closable = False
        self._begin("answer")

    def _begin_reply(self, out: list[Piece], final: bool) -> bool:
        text = self._buffer.lstrip()
        if text.startswith(OPEN):
            self._buffer = text[len(OPEN) :]
            self.start = self.settled
        elif not final and OPEN.startswith(text):
            return False
        elif not self._opened:
            self.state = "answer"
            return True
        self.state = "reasoning"
        self._begin("reasoning")
        return True

    def _read_text(self, out: list[Piece], final: bool) -> bool:
        """Say everything up to the next tag, or to what may become one."""
        at, tag = self._next_tag(final)
        out += self._said(self._buffer[:at])
        self._buffer = self._buffer[at:]
        if tag == CLOSE:
            self._close(out)
        elif tag:
            self.state, self._call = "call", CallReader(tag, self._tools)
        return bool(tag)

    def _next_tag(self, final: bool) -> tuple[int, str]:
        """Where the next tag begins and which it is; "" is none or one to be decided later."""
        text, done = self._buffer, 0
        if self._literal:
            return len(text), ""
        for match in _SCAN.finditer(text):
            at = match.start()
            self._marks.prose(text[done:at])
            done = at
            if match.group() == "<":
                tag = self._tag(at, final)
                if tag is not None:
                    return at, tag
            else:
                self._marks.mark(match.group())
                done = match.end()
        self._marks.prose(text[done:])
        return len(text), ""

    def _tag(self, at: int, final: bool) -> str | None:
        """The tag at this place, "" if that cannot be known yet, None if there is none."""
        if self._marks.fenced:
            return None
        tail = self._buffer[at : at + self._longest]
        for tag in self._sought():
            if tail.startswith(tag):
                quoted = self._quoted(at + len(tag), final)
                return "" if quoted is None else None if quoted else tag
            if not final and tag.startswith(tail):
                return ""
        return None

    def _sought(self) -> tuple[str, ...]:
        if self._part == "reasoning":
            return (CLOSE,)
        bare = self._bare if self._marks.blank else ()
        return (CALL, CLOSE, *bare) if self._closable else (CALL, *bare)

    def _quoted(self, after: int, final: bool) -> bool | None:
        """Whether the tag that ends here stands in inline code; None while its line may still say so."""
        opening = self._marks.inline
        if not opening:
            return False
        window = self._buffer[after : after + LOOK_AHEAD]
        line, newline, _ = window.partition("\n")
        whole = bool(newline) or final or len(window) == LOOK_AHEAD
        for run in _BACKTICKS.finditer(line):
            if run.end() - run.start() == opening and (whole or run.end() < len(line)):
                return True
        return False if whole else None

    def _close(self, out: list[Piece]) -> None:
        """`</think>`: what came before was reasoning, also where it looked like the answer."""
        self.end = self.settled
        if self.start is None:
            self.start = 0
            out.append(Resplit(self.raw()[: self.end].strip("\n"), ""))
        self._buffer = self._buffer[len(CLOSE) :]
        self.after = self.settled
        self._enter_answer()

    def _guess(self, cut: bool) -> list[Piece]:
        """The reply ended inside the block: a closing tag in a fenced block may have been meant after all."""
        raw, start = self.raw(), self.start or 0
        at = fenced_tag(raw[start:], CLOSE, cut=cut)
        if at is None:
            return []
        self._buffer = raw[start + at :]
        out: list[Piece] = [Resplit(raw[start : start + at].strip("\n"), "")]
        self._close(out)
        return out + self._run(final=True)

    def _read_call(self, out: list[Piece], final: bool) -> bool:
        """The buffer begins with a call's opening tag."""
        found = self._call.read(self._buffer, final=final)
        if found is not None:
            self.state = "answer"
            text, self._buffer = self._buffer[: found.size], self._buffer[found.size :]
            self._take_call(out, found, text)
        return found is not None

    def _take_call(self, out: list[Piece], found: Found, text: str) -> None:
        """What is no readable call stays in the answer, so that nothing is lost."""
        if not isinstance(found.call, ToolCall):
            if found.call == "prose":
                self._marks.feed(text)
            else:
                cut = found.call == "open" and self._cut
                out.append(Note("tool_call_cut" if cut else "tool_call_unreadable"))
            out += self._said(text)
            return
        out.append(found.call)
        if not self._fresh:
            # Two texts around a call stay two paragraphs.
            self._fresh, self._newlines = True, max(1, self._newlines)

    def _said(self, text: str) -> list[Piece]:
        """The text without line ends around tags; those at its end wait for what comes next."""
        if self._fresh:
            text = text.lstrip("\n")
        if not text:
            return []
        self._fresh = False
        body = text.rstrip("\n")
        newlines, self._newlines = self._newlines, len(text) - len(body)
        if not body:
            self._newlines += newlines
            return []
        return [(self._part, "\n" * newlines + body if newlines else body)]
