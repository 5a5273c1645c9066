"""Writes turns as they come: what was said at once, a reply that streams every half a second."""

from __future__ import annotations

import logging
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from qwendesk.api.problem import Note, Problem
from qwendesk.chat.conversation import About
from qwendesk.chat.rows import about_values, turn_values
from qwendesk.chat.turn import Turn
from qwendesk.store.conversations import ConversationRows

_log = logging.getLogger(__name__)
EVERY_S = 0.5
_AGAIN_S = 5.0


@dataclass(frozen=True, slots=True)
class ConversationsChanged:
    """What the list of conversations says is other than before."""

    ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class HistoryNotSaved:
    """Turns wait to be written, and this is why; it is tried again and again."""

    problem: Note


@dataclass(frozen=True, slots=True)
class HistorySaved:
    """What could not be written before is written now."""


@dataclass(frozen=True, slots=True)
class _Prompt:
    message: int
    conversation: int
    text: str


class Writer:
    """One thread, made with the first turn. Methods never block but for `flush` and `close`.

    `problem` is why turns wait to be written; None where all is well.
    """

    def __init__(self, rows: ConversationRows, publish: Callable[[object], None], owner: str) -> None:
        """`owner`: this process, in rows of replies that it writes."""
        self._rows, self._publish, self._owner = rows, publish, owner
        self._ready = threading.Condition()
        self._abouts: dict[int, About] = {}
        self._turns: dict[int, tuple[int, Turn]] = {}
        self._prompts: list[_Prompt] = []
        self._bases: dict[int, _Prompt] = {}
        self._urgent = self._writing = self._closed = False
        self._failures = 0
        self.problem: Note | None = None
        self._thread: threading.Thread | None = None

    def put(self, about: About, turn: Turn | None = None) -> None:
        """Write this soon; a turn that is over, or no turn, at once."""
        with self._ready:
            self._abouts[about.id] = about
            if turn is not None:
                self._turns[turn.id] = (about.id, turn)
            self._urgent = self._urgent or turn is None or not turn.running
            self._wake()

    def put_prompt(self, conversation: int, message: int, text: str) -> None:
        """The prompt of a reply whose turn was put before."""
        with self._ready:
            self._prompts.append(_Prompt(message, conversation, text))
            self._wake()

    def _wake(self) -> None:
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="history", daemon=True)
            self._thread.start()
        self._ready.notify_all()

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until everything is written, or could not be; whether it is."""
        with self._ready:
            self._urgent, before = True, self._failures
            self._ready.notify_all()
            self._ready.wait_for(lambda: self._is_idle() or self._failures > before, timeout)
            return self._is_idle()

    def close(self) -> None:
        """Write what is left; nothing is taken any more."""
        if self._thread is not None:
            self.flush()
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _waiting(self) -> bool:
        return bool(self._abouts or self._turns or self._prompts)

    def _is_idle(self) -> bool:
        return not self._waiting() and not self._writing

    def _run(self) -> None:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._waiting() or self._closed)
                if self._closed:
                    return
                self._ready.wait_for(lambda: self._urgent or self._closed, EVERY_S)
                abouts, self._abouts = self._abouts, {}
                turns, self._turns = self._turns, {}
                prompts, self._prompts = self._prompts, []
                self._urgent, self._writing = False, True
            try:
                self._write(abouts, turns, prompts)
            except Problem as problem:
                self._put_back(abouts, turns, prompts, problem)
            except Exception:  # a bug of ours must not end the thread that everything else waits for
                _log.exception("The history could not be written as a whole")
                self._write_each(abouts, turns)
            finally:
                with self._ready:
                    self._writing = False
                    self._ready.notify_all()

    def _write(
        self, abouts: dict[int, About], turns: dict[int, tuple[int, Turn]], prompts: list[_Prompt]
    ) -> None:
        rows = [turn_values(conversation, turn, self._owner) for conversation, turn in turns.values()]
        self._rows.write([about_values(one) for one in abouts.values()], rows)
        for prompt in prompts:
            self._write_prompt(prompt)
        if self.problem is not None:
            self.problem = None
            self._publish(HistorySaved())
        self._publish(ConversationsChanged(frozenset(abouts)))

    def _write_each(self, abouts: dict[int, About], turns: dict[int, tuple[int, Turn]]) -> None:
        """One row at a time, so that the one that cannot be written costs no other."""
        made = [partial(about_values, one) for one in abouts.values()]
        said = [partial(turn_values, id, turn, self._owner) for id, turn in turns.values()]
        for about, turn in (*((one, None) for one in made), *((None, one) for one in said)):
            try:
                self._rows.write([about()] if about else [], [turn()] if turn else [])
            except Exception:
                _log.exception("A row of the history was not written")

    def _write_prompt(self, prompt: _Prompt) -> None:
        base = self._bases.get(prompt.conversation)
        shared = common_length(base.text, prompt.text) if base is not None else 0
        rest = zlib.compress(prompt.text[shared:].encode("utf-8", "surrogatepass"))
        self._rows.keep_prompt(prompt.message, base.message if base and shared else None, shared, rest)
        # Of few conversations, and of each the newest: what is talked about now goes on.
        self._bases = {**dict(list(self._bases.items())[-3:]), prompt.conversation: prompt}

    def _put_back(
        self,
        abouts: dict[int, About],
        turns: dict[int, tuple[int, Turn]],
        prompts: list[_Prompt],
        problem: Problem,
    ) -> None:
        """Nothing is lost: it waits, unless something newer came meanwhile."""
        before, self.problem = self.problem, problem.note()
        if before is None:
            self._publish(HistoryNotSaved(problem.note()))
        with self._ready:
            self._abouts = {**abouts, **self._abouts}
            self._turns = {**turns, **self._turns}
            self._prompts = [*prompts, *self._prompts]
            self._writing, self._failures = False, self._failures + 1
            self._ready.notify_all()
            self._ready.wait_for(lambda: self._closed or self._urgent, _AGAIN_S)


def common_length(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
