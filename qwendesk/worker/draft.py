"""The reply so far: takes tokens, shows text, says when the engine has to be halted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from qwendesk.api.engine import Token
from qwendesk.api.messages import Tool, ToolCall
from qwendesk.api.problem import Note
from qwendesk.api.reply import Delta, Part, PromptBuilt, PromptRead, Resplit
from qwendesk.worker.decoder import Utf8Decoder
from qwendesk.worker.splitter import CLOSE, Piece, Splitter
from qwendesk.worker.stops import StopStrings
from qwendesk.worker.trace import TokenTrace

Halt = Literal["stop_string", "budget", "answer"]
Emit = Callable[[PromptBuilt | PromptRead | Delta | Resplit], None]

# What Qwen's templates write between a closed block and the answer.
BLANK = "\n\n"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a draft has to keep to.

    Args:
        opened, closed: how the prompt leaves the thinking block.
        budget: tokens of reasoning; None is no limit.
        free: the answer must follow a schema that does not bind yet, so none of it may be shown.
        literal: the text follows a schema from its first token on, so it has no tags.
        probabilities: pass the tokens on with their text.
    """

    opened: bool = False
    closed: bool = False
    tools: Sequence[Tool] = ()
    stops: Sequence[str] = ()
    budget: int | None = None
    free: bool = False
    literal: bool = False
    probabilities: bool = False


class Draft:
    """One reply, or what is kept of it."""

    def __init__(self, terms: Terms, emit: Emit) -> None:
        self.trace = TokenTrace()
        self.calls: list[ToolCall] = []
        self._notes: list[Note] = []
        self.free = terms.free
        self._budget = terms.budget
        self._keeps_tokens = terms.probabilities
        self._emit = emit
        self._texts: dict[Part, list[str]] = {"reasoning": [], "answer": []}
        self._thoughts: range | None = None
        self._shown = 0
        self._unshown: list[Token] = []
        self._decoder = Utf8Decoder()
        self._stops = StopStrings(terms.stops)
        self._splitter = Splitter(
            opened=terms.opened, closed=terms.closed, tools=terms.tools, literal=terms.literal
        )

    def text(self, part: Part) -> str:
        """The whole of one part."""
        return "".join(self._texts[part])

    @property
    def notes(self) -> list[Note]:
        """What there is to tell about the text."""
        count = self._decoder.invalid
        return [*self._notes, Note("invalid_utf8", {"count": count})] if count else self._notes

    @property
    def thinking(self) -> bool:
        """Whether the block is open."""
        return self._splitter.thinking

    @property
    def thought(self) -> bool:
        """Whether there was a block that is closed now."""
        return self._splitter.end is not None

    @property
    def reasoning_tokens(self) -> range:
        """The indices of the reasoning tokens."""
        start, end = self._splitter.start, self._splitter.end
        if self._thoughts is not None or start is None:
            return self._thoughts or range(0)
        # A last token with half a character begins where the text ends.
        return self.trace.between(start, self.trace.length + 1 if end is None else end)

    def take(self, token: Token, now: float) -> Halt | None:
        """Add a token that came at this time."""
        text = self._decoder.feed(token.data)
        self.trace.add(token.id, len(text), now)
        if self._keeps_tokens:
            self._unshown.append(token)
        pieces = self._splitter.feed(text)
        if self._budget is not None and self._used_up(pieces):
            return "budget"
        if self.free and self._splitter.state in ("answer", "call"):
            self._show(_reasoning(pieces))
            return "answer"
        return self._show(pieces) if pieces else None

    def finish(self, *, cut: bool) -> bool:
        """Show the rest; whether a stop string was found in it. `cut`: the reply did not end by itself."""
        pieces = self._splitter.feed(self._decoder.finish(cut=cut))
        pieces += self._splitter.finish(cut=cut)
        found = self._show(_reasoning(pieces) if self.free else pieces) is not None
        if rest := self._stops.finish():
            self._say("answer", rest)
        return found

    def close_by_budget(self) -> None:
        """Keep as many reasoning tokens as the budget allows and go on behind the block."""
        start, end = self._splitter.start or 0, self._splitter.end
        thoughts = self.trace.between(start, self._splitter.settled if end is None else end)
        self._thoughts = thoughts[: self._budget]
        kept = thoughts.start + len(self._thoughts)
        self._go_on(kept, end=self.trace.offset(kept))

    def close_unfinished(self) -> str:
        """The model ended inside the block: go on behind it. Returns the text that has to be put there."""
        self._thoughts = self.reasoning_tokens
        self._go_on(len(self.trace), end=self.trace.length)
        return "\n" + CLOSE + BLANK

    def drop_answer(self) -> str:
        """Keep the closed block alone. Returns the text that has to be put behind what is kept."""
        self._thoughts = self.reasoning_tokens
        after, end, raw = self._splitter.after or 0, self._splitter.end or 0, self._splitter.raw()
        last = self.trace.containing(after)
        beyond = raw[after : self.trace.offset(last + 1)]
        if BLANK.startswith(beyond):
            self._go_on(last + 1, end=end)
            return BLANK[len(beyond) :]
        missing = raw[self.trace.offset(last) : after]
        self._go_on(last, end=end)
        return missing + BLANK

    def take_literally(self) -> None:
        """From here on the text follows the schema."""
        self.free = False
        self._splitter.take_literally()

    def _go_on(self, kept: int, *, end: int) -> None:
        self._budget = None
        self._decoder.forget()
        reasoning = self._splitter.begin_answer(self.trace.offset(kept), end)
        self.trace.keep(kept)
        del self._unshown[max(0, kept - self._shown) :]
        self._shown = min(self._shown, kept)
        if rest := reasoning[len(self.text("reasoning")) :]:
            self._say("reasoning", rest)

    def _used_up(self, pieces: Sequence[Piece]) -> bool:
        """Whether the budget is reached and the block still open, or the budget is exceeded.

        The latter happens when text that was held back turns out to be reasoning after all.
        """
        splitter, budget = self._splitter, self._budget or 0
        if any(isinstance(one, Resplit) for one in pieces):
            self._budget = None  # there never was an opening tag
        if splitter.start is None or self._budget is None:
            return False
        if splitter.end is None:
            return splitter.thinking and len(self.trace.between(splitter.start, splitter.settled)) >= budget
        used = len(self.trace.between(splitter.start, splitter.end))
        if used <= budget:
            self._budget = None
        return used > budget

    def _show(self, pieces: Sequence[Piece]) -> Halt | None:
        if any(isinstance(one, Resplit) for one in pieces):
            return self._show_anew(pieces)
        for piece in pieces:
            if isinstance(piece, tuple):
                part, text = self._stopped(piece)
                if text:
                    self._say(part, text)
            if self._collect(piece):
                return "stop_string"
        return None

    def _show_anew(self, pieces: Sequence[Piece]) -> Halt | None:
        """A new split replaces everything that was shown."""
        halt: Halt | None = None
        for piece in pieces:
            if isinstance(piece, Resplit):
                self._stops.reset()
                self._texts = {"reasoning": [piece.reasoning], "answer": []}
                self.calls, self._notes = [], []
            elif isinstance(piece, tuple):
                part, text = self._stopped(piece)
                self._texts[part].append(text)
            if self._collect(piece):
                halt = "stop_string"
                break
        self._shown, self._unshown = len(self.trace), []
        self._emit(Resplit(self.text("reasoning"), self.text("answer")))
        return halt

    def _stopped(self, piece: tuple[Part, str]) -> tuple[Part, str]:
        return piece if piece[0] == "reasoning" else ("answer", self._stops.feed(piece[1]))

    def _collect(self, piece: Piece) -> bool:
        """Keep what is not text; whether the answer ends here."""
        if isinstance(piece, ToolCall):
            self.calls.append(piece)
        elif isinstance(piece, Note) and piece not in self._notes:
            self._notes.append(piece)
        return self._stops.found

    def _say(self, part: Part, text: str) -> None:
        """Text with all tokens that came since the last one, the silent ones of tags among them."""
        self._texts[part].append(text)
        times, since = self.trace.times, self._shown
        self._shown = count = len(times)
        last = times[-1] if count else 0.0
        first = times[since] if since < count else last
        tokens: tuple[Token, ...] = ()
        if self._unshown:
            tokens, self._unshown = tuple(self._unshown), []
        self._emit(Delta(part, text, count - since, first, last, tokens, tuple(times[since:count])))


def _reasoning(pieces: Sequence[Piece]) -> list[Piece]:
    return [one for one in pieces if isinstance(one, tuple) and one[0] == "reasoning"]
