"""Talking with a model: a conversation, the model chosen for it, and the replies that are on their way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Note
from qwendesk.api.reply import Failed, Finished, PromptBuilt, ReplyEvent
from qwendesk.chat.calls import MOST_ROUNDS, Calls
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.events import LoadRefused, PathChanged, SummingUp, TurnAdded, TurnChanged
from qwendesk.chat.history import History
from qwendesk.chat.repeating import repetition
from qwendesk.chat.requesting import reason, record, request
from qwendesk.chat.settings import Settings
from qwendesk.chat.shortening import oldest, summary
from qwendesk.chat.tools.toolbox import Result
from qwendesk.chat.turn import Attachment, Turn
from qwendesk.models.fingerprints import ModelHashed
from qwendesk.models.library import Model
from qwendesk.runtimes.reply import Reply
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.session import Session
from qwendesk.system.bus import Bus

__all__ = [
    "Choice",
    "LoadRefused",
    "PathChanged",
    "Settings",
    "SummingUp",
    "Talk",
    "TurnAdded",
    "TurnChanged",
]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """The model to talk with, the runtime (None: the best one here) and its load options."""

    model: Model
    runtime: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


class Talk:
    """One model at a time, one conversation in front. No method blocks; what happens is told on the bus.

    A reply goes on, and is kept, also while another conversation is in front.
    """

    def __init__(
        self,
        runtimes: Runtimes,
        bus: Bus,
        choice: Choice,
        history: History | None = None,
        sha256: Callable[[Path], str] = lambda _path: "",
    ) -> None:
        """Without a `history` nothing is kept. `sha256` gives the hash of a file where it is known."""
        self.conversation = Conversation()
        self.choice = choice
        self._runtimes = runtimes
        self._bus = bus
        self._history, self._sha256 = history, sha256
        self._leave = bus.subscribe(self._on_event)
        self._session: Session | None = None
        self._replies: dict[int, Reply] = {}
        self._at_work: dict[int, Conversation] = {}
        self._again: dict[int, int] = {}
        self._stopped: set[int] = set()
        self._summing = threading.Event()
        self._lock = threading.RLock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="talk")
        self._tools = ThreadPoolExecutor(1, thread_name_prefix="tools")
        self.calls = Calls(self._tools, bus.publish, self._on_results)

    @property
    def session(self) -> Session | None:
        """The session in use, which may be loading or over."""
        return self._session

    def choose(self, choice: Choice) -> None:
        """Talk with this model from the next message on; what was loaded is unloaded."""
        with self._lock:
            self.choice = choice
            previous, self._session = self._session, None
        if previous is not None:
            previous.close()

    def load(self) -> None:
        """Load the chosen model now, unless it is loaded."""
        self._worker.submit(self._logged, self._load_or_refuse)

    def unload(self) -> None:
        """End the worker; all its memory comes back."""
        if self._session is not None:
            self._session.close()

    def send(
        self,
        text: str,
        settings: Settings,
        images: tuple[bytes, ...] = (),
        attachments: tuple[Attachment, ...] = (),
        audios: tuple[bytes, ...] = (),
    ) -> Turn:
        """Append a question and start the reply to it; returns the reply's turn.

        Images and recordings are encoded files.
        """
        with self._lock:
            question = self.conversation.ask(text, images, attachments, audios)
            self._keep(self.conversation, question)
            self._tell_added(question)
            return self._answer(settings)

    def edit(
        self, id: int, text: str, settings: Settings, attachments: tuple[Attachment, ...] = ()
    ) -> Turn | None:
        """Ask this in place of a question; the old one and its replies stay, as another version.

        The question keeps its attachments; these come after them.
        """
        with self._lock:
            old = self.conversation.get(id)
            if old is None or old.role != "user":
                return None
            self.stop()
            self._back_to(old.parent)
            return self.send(text, settings, old.images, (*old.attachments, *attachments), old.audios)

    def retry(self, settings: Settings, id: int | None = None) -> Turn | None:
        """Answer again, the last question or the one before the reply `id`; the old reply stays.

        None where there is no question.
        """
        with self._lock:
            question = self._question_of(id)
            if question is None:
                return None
            self.stop()
            self._back_to(question)
            return self._answer(settings)

    def repeat(self, id: int) -> Turn | None:
        """Answer again with the settings and the seed of a reply, alone and from the first token on.

        The new reply's notes say whether it is the same, and else where it begins to differ. None where it
        is not known how the reply was made.
        """
        with self._lock:
            old = self.conversation.get(id)
            if old is None or old.record is None or old.finished is None or old.parent is None:
                return None
            self.stop()
            self._back_to(old.parent)
            settings = replace(old.record.settings, sampling=old.finished.sampling, fresh=True, draft=False)
            made = self._answer(settings)
            self._again[made.id] = id
            return made

    def show_version(self, id: int) -> None:
        """Show another version of a turn and what follows it."""
        with self._lock:
            turn = self.conversation.get(id)
            if turn is not None:
                self.conversation.choose(id)
                self._keep(self.conversation)
                self._tell_path(turn.parent)

    def go_on(self, settings: Settings) -> Turn:
        """Answer at the end of the path."""
        with self._lock:
            return self._answer(settings)

    def make_room(self, id: int, settings: Settings, *, sum_up: bool = False) -> None:
        """Leave out the oldest turns where the reply `id` found the context full, and answer again.

        With `sum_up` the model sums them up first; how far that is is told on the bus.
        """
        with self._lock:
            turn, conversation = self.conversation.get(id), self.conversation
        if turn is None or turn.problem is None:
            return
        said = turn.problem.arguments
        context = int(said.get("context") or 0)
        cut = oldest(conversation, int(said.get("prompt_tokens") or context), context)
        if cut is None:
            self._bus.publish(SummingUp(conversation.id, 0, 0, Note("nothing_to_leave_out")))
        elif sum_up:
            self._summing.clear()
            self._worker.submit(self._logged, self._sum_up, conversation, cut, id, settings)
        else:
            self._skip(conversation, cut.id, conversation.about.summary)
            self.retry(settings, id)

    def stop_summing_up(self) -> None:
        """The conversation stays as it is."""
        self._summing.set()

    def _sum_up(self, conversation: Conversation, cut: Turn, id: int, settings: Settings) -> None:
        turns = conversation.sent()
        turns = turns[: [one.id for one in turns].index(cut.id) + 1]

        def told(done: int, total: int) -> bool:
            self._bus.publish(SummingUp(conversation.id, done, total))
            return not self._summing.is_set()

        try:
            found = summary(self._current_session(), turns, conversation.about.summary, told)
        except Exception as error:
            self._bus.publish(SummingUp(conversation.id, 0, 0, reason(error)))
            return
        if found is not None and conversation is self.conversation:
            self._skip(conversation, cut.id, found)
            self.retry(settings, id)

    def _skip(self, conversation: Conversation, until: int, summary: str) -> None:
        with self._lock:
            conversation.about = replace(conversation.about, skipped=until, summary=summary)
            self._keep(conversation)

    def _on_results(self, id: int, settings: Settings, results: tuple[Result, ...]) -> None:
        """Tell the model what its calls gave, and let it go on, where nothing was said meanwhile."""
        with self._lock:
            if self.conversation.about.head != id:
                return
            for one in results:
                told = self.conversation.told(one.call.name, one.text)
                self._keep(self.conversation, told)
                self._tell_added(told)
            self._answer(settings)

    def _rounds(self, conversation: Conversation) -> int:
        """Replies since the last question."""
        count = 0
        for one in reversed(conversation.turns):
            if one.role == "user":
                break
            count += one.role == "assistant"
        return count

    def _question_of(self, id: int | None) -> int | None:
        reply = self.conversation.get(id) if id is not None else None
        if reply is not None:
            return reply.parent
        question = self.conversation.last_question()
        return question.id if question is not None else None

    def _back_to(self, id: int | None) -> None:
        self.conversation.back_to(id)
        self._bus.publish(PathChanged(self.conversation.id, id))

    def stop(self) -> None:
        """Stop the replies in front; what came in stays. While the model loads, the wait ends."""
        with self._lock:
            self._stop(one for one in self.conversation.turns if one.running)

    def _stop(self, turns: Iterable[Turn]) -> None:
        with self._lock:
            for running in list(turns):
                self._stopped.add(running.id)
                reply = self._replies.get(running.id)
                if reply is not None and not reply.over:
                    reply.cancel()
                else:
                    self._put(running.cancelled(), None)

    def show(self, conversation: Conversation) -> None:
        """Bring another conversation to the front; replies in the one before go on."""
        with self._lock:
            # One that is at work already is newer than what was read of it.
            live = next((one for one in self._at_work.values() if one.id == conversation.id), None)
            self.conversation = live or conversation
            self._tell_path(None)

    def clear(self) -> None:
        """Begin a new conversation with the same model."""
        with self._lock:
            self.conversation = Conversation(self.conversation.system)

    def _on_event(self, event: object) -> None:
        """A hash that was worked out meanwhile belongs to the replies that were made before."""
        if not isinstance(event, ModelHashed):
            return
        with self._lock:
            for turn in self.conversation.turns:
                made = turn.record
                if made is not None and made.model_path == str(event.path) and not made.model_sha256:
                    known = replace(turn, record=replace(made, model_sha256=event.sha256))
                    self.conversation.put(known)
                    self._keep(self.conversation, known)

    def close(self) -> None:
        """Stop what runs. The runtimes close the sessions."""
        self._leave()
        with self._lock:
            found = [conversation.get(id) for id, conversation in self._at_work.items()]
            self._stop(one for one in found if one is not None)
        self._summing.set()
        for one in (self._worker, self._tools):
            one.shutdown(wait=False, cancel_futures=True)

    def _answer(self, settings: Settings) -> Turn:
        conversation = self.conversation
        turn = conversation.answer(self.choice.model.title)
        conversation.about = replace(conversation.about, model=self.choice.model.name)
        self._at_work[turn.id] = conversation
        self._keep(conversation, turn)
        self._tell_added(turn)
        self._worker.submit(self._logged, self._run, turn.id, conversation, conversation.sent(), settings)
        return turn

    def _tell_added(self, turn: Turn) -> None:
        self._bus.publish(TurnAdded(self.conversation.id, turn, self._place(turn)))

    def _tell_path(self, after: int | None) -> None:
        turns = self.conversation.turns
        start = next((at + 1 for at, one in enumerate(turns) if one.id == after), 0)
        shown = tuple((one, self._place(one)) for one in turns[start:])
        self._bus.publish(PathChanged(self.conversation.id, after, shown))

    def _place(self, turn: Turn) -> tuple[int, int]:
        versions = self.conversation.versions(turn.id)
        return versions.index(turn.id) + 1, len(versions)

    def _keep(self, conversation: Conversation, turn: Turn | None = None) -> None:
        if self._history is not None:
            self._history.writer.put(conversation.about, turn)

    def _logged(self, work: Any, *arguments: Any) -> None:
        try:
            work(*arguments)
        except Exception:
            _log.exception("talk failed")

    def _load_or_refuse(self) -> None:
        try:
            self._current_session()
        except Exception as error:
            self._bus.publish(LoadRefused(reason(error)))

    def _run(self, id: int, conversation: Conversation, turns: list[Turn], settings: Settings) -> None:
        try:
            asked = request(conversation.messages_of(turns), settings)
            session = self._current_session()
            session.wait_ready()
        except Exception as error:
            failed = self._session
            self._apply(id, Failed(reason(error), failed.log() if failed else ()))
            return
        with self._lock:
            self._replies = {id: one for id, one in self._replies.items() if not one.over}
            turn = conversation.get(id)
            # Under the lock: a hash that is told from here on finds the record.
            sha256 = self._sha256(session.recipe.model.path)
            if id not in self._stopped and turn is not None:
                conversation.put(replace(turn, record=record(session, settings, sha256)))
                self._replies[id] = session.reply(asked, lambda event: self._apply(id, event))

    def _current_session(self) -> Session:
        with self._lock:
            session, choice = self._session, self.choice
        if session is not None and session.state.phase in ("starting", "loading", "ready"):
            return session
        opened = self._runtimes.open(choice.model, choice.runtime, choice.options)
        with self._lock:
            if choice is self.choice:
                self._session = opened
                return opened
        opened.close()  # another model was chosen meanwhile
        return self._current_session()

    def _apply(self, id: int, event: ReplyEvent) -> None:
        with self._lock:
            conversation = self._at_work.get(id)
            turn = conversation.get(id) if conversation is not None else None
            if conversation is None or turn is None or not turn.running:
                return
            if isinstance(event, PromptBuilt) and self._history is not None:
                self._history.writer.put_prompt(conversation.id, id, event.text)
            # First, so that whoever hears of the end finds what waits.
            if isinstance(event, Finished) and event.reason == "tool_calls" and turn.record is not None:
                self._begin_calls(conversation, id, event, turn.record.settings)
            self._put(turn.after(event), event)
            again = self._again.pop(id, None) if isinstance(event, Finished) else None
        if again is not None and isinstance(event, Finished):
            self._compare(id, conversation, conversation.get(again), event)

    def _begin_calls(
        self, conversation: Conversation, id: int, finished: Finished, settings: Settings
    ) -> None:
        if settings.tools and self._rounds(conversation) <= MOST_ROUNDS:
            self.calls.begin(conversation.id, id, finished.tool_calls, settings)

    def _compare(self, id: int, conversation: Conversation, old: Turn | None, now: Finished) -> None:
        """Note at the new reply whether it is what the old one was."""
        session = self._session
        if old is None or session is None:
            return

        def noted(note: Note) -> None:
            with self._lock:
                turn = conversation.get(id)
                if turn is not None and turn.finished is not None:
                    finished = replace(turn.finished, notes=(*turn.finished.notes, note))
                    self._at_work[id] = conversation
                    self._put(replace(turn, finished=finished), None)

        repetition(session, old, now, noted)

    def _put(self, turn: Turn, event: ReplyEvent | None) -> None:
        conversation = self._at_work.get(turn.id, self.conversation)
        conversation.put(turn)
        if not turn.running:
            self._at_work.pop(turn.id, None)
        self._keep(conversation, turn)
        self._bus.publish(TurnChanged(conversation.id, turn, event))
