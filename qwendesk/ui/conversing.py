"""The conversation: what the user does in the chat goes to the Talk, what the Talk tells goes to the chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from qwendesk.api.engine import LoadReport
from qwendesk.api.problem import Problem
from qwendesk.chat.conversation import Conversation, Turn
from qwendesk.chat.talk import LoadRefused, PathChanged, Settings, Talk, TurnAdded, TurnChanged
from qwendesk.chat.turn import Attachment
from qwendesk.runtimes.session import Session
from qwendesk.runtimes.state import SessionChanged, SessionState
from qwendesk.ui.background import Background, Task
from qwendesk.ui.slices import TURN, Work
from qwendesk.ui.states import pill, seen
from qwendesk.ui.welcome import welcome
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.problems import word

_COUNT_AFTER_MS = 300
_LOAD_AFTER_MS = 150
"""A worker that starts takes a whole core; by then the first looks at library and queue are over."""
_TITLE = 60


class Conversing(QObject):
    """`changed` when a reply begins or ends, or the session changes; `turn_shown` with the last reply."""

    changed = Signal()
    turn_shown = Signal(object)
    draft_changed = Signal(object)
    asked = Signal(str, object)
    """What shall be done with a turn that is not the conversation's own business, and the turn."""

    def __init__(self, window: Window, background: Background) -> None:
        super().__init__(window)
        self._window, self._chat, self._status = window, window.chat, window.status
        self._background = background
        self.talk: Talk | None = None
        self._settings: Callable[[], Settings] = Settings
        self._draft = ""
        self.take_attachments: Callable[[], tuple[Attachment, ...]] = tuple
        self.attached_tokens: Callable[[], int] = int
        self._counting: Task | None = None
        self._count_timer = QTimer(self, singleShot=True, interval=_COUNT_AFTER_MS)
        self._count_timer.timeout.connect(self._count)
        self._load_timer = QTimer(self, singleShot=True, interval=_LOAD_AFTER_MS)
        self._load_timer.timeout.connect(self._load)
        self._chat.send_requested.connect(self.send)
        self._chat.stop_requested.connect(self.stop)
        self._chat.retry_requested.connect(self.retry)
        self._chat.restart_requested.connect(self.restart)
        self._chat.edited.connect(self.edit)
        self._chat.turn_asked.connect(self._on_asked)
        self._chat.draft_changed.connect(self._on_draft)
        self._status.stop_requested.connect(self.stop)
        self._title("")
        self.show_model()

    def begin(self, talk: Talk, settings: Callable[[], Settings]) -> None:
        """Talk from now on; its model loads in a moment, or with the first question."""
        self.talk, self._settings = talk, settings
        self._chat.composer.attachments.message = talk.conversation.id
        self.show_welcome()
        self.show_model()
        self._load_timer.start()

    def _load(self) -> None:
        if self.talk is not None:
            self.talk.load()

    def close(self) -> None:
        """Stop what runs; nothing is loaded any more."""
        self._load_timer.stop()
        if self.talk is not None:
            self.talk.close()

    def settings(self) -> Settings:
        """How the next reply is made."""
        return self._settings()

    @property
    def session(self) -> Session | None:
        return self.talk.session if self.talk is not None else None

    @property
    def state(self) -> SessionState | None:
        return self.session.state if self.session is not None else None

    @property
    def report(self) -> LoadReport | None:
        return self.state.report if self.state is not None else None

    @property
    def busy(self) -> bool:
        """Whether a reply is on its way."""
        return self.talk is not None and any(one.running for one in self.talk.conversation.turns[-2:])

    @property
    def has_question(self) -> bool:
        return self.talk is not None and self.talk.conversation.last_question() is not None

    def send(self, text: str) -> None:
        if self.talk is None:
            return
        attachments = self.take_attachments()
        if not self.talk.conversation.turns:
            self._title(text.strip() or ", ".join(one.name for one in attachments))
        self.talk.send(text, self._settings(), attachments=attachments)
        self._draft = ""
        self._tell()

    def edit(self, id: int, text: str) -> None:
        """Ask a question differently; the old one stays, as another version."""
        if self.talk is not None:
            self.talk.edit(id, text, self._settings(), self.take_attachments())
            self._tell()

    def _on_asked(self, what: str, id: int) -> None:
        """Something to do at one turn; what needs a place of its own is told on."""
        talk = self.talk
        turn = talk.conversation.get(id) if talk is not None else None
        if talk is None or turn is None:
            return
        match what:
            case "before" | "after":
                versions = talk.conversation.versions(id)
                at = versions.index(id) + (1 if what == "after" else -1)
                if 0 <= at < len(versions):
                    talk.show_version(versions[at])
            case "edit":
                self._chat.composer.edit(id, turn.answer)
            case "copy_reasoning":
                QGuiApplication.clipboard().setText(turn.reasoning)
            case _:
                self.asked.emit(what, turn)

    def repeat(self, id: int) -> None:
        """Answer again with the settings and the seed of a reply; its model is loaded or chosen."""
        if self.talk is not None:
            self.talk.repeat(id)
            self._tell()

    def stop(self) -> None:
        if self.talk is not None:
            self.talk.stop()

    def retry(self) -> None:
        if self.talk is not None:
            self.talk.retry(self._settings())
            self._tell()

    def restart(self) -> None:
        """Start the worker again; where a reply was lost, its question is asked again."""
        self._window.notices.dismiss("model")
        if self.talk is None:
            return
        last = self.talk.conversation.turns[-1:]
        if last and last[0].state == "failed":
            self.retry()
        else:
            self.talk.load()

    def new_chat(self) -> None:
        if self.talk is None:
            return
        self.talk.clear()
        self._chat.clear()
        self._title("")
        self._chat.composer.set_draft("", self.talk.conversation.id)
        self._chat.focus_composer()
        self._status.show_speed(None, None)
        self._show_turn(None)
        self._tell()

    def show(self, conversation: Conversation) -> None:
        """Bring a conversation that was kept to the front."""
        if self.talk is None:
            return
        self.talk.show(conversation)
        self._title(conversation.about.title)
        self._chat.composer.set_draft(conversation.about.draft, conversation.id)
        self._chat.composer.asked = [one.answer for one in conversation.turns if one.role == "user"]
        self._status.show_speed(None, None)
        self._show_turn(next((one for one in reversed(conversation.turns) if one.finished), None))
        self._count_timer.start()
        self._tell()

    def on_event(self, event: object) -> None:
        """What happened, told by the bridge on this thread."""
        match event:
            case TurnAdded() if self._is_in_front(event.conversation):
                self._chat.add_turn(event.turn, event.place)
                self._tell()
            case TurnChanged() if self._is_in_front(event.conversation):
                self._chat.change_turn(event.turn, event.event)
                if not event.turn.running:
                    self._on_reply_over(event.turn)
            case PathChanged() if self._is_in_front(event.conversation):
                self._on_path(event)
            case LoadRefused():
                self._refused(event)
            case SessionChanged() if self.session is not None and event.session == self.session.id:
                self._on_session(event.state)

    def _is_in_front(self, conversation: int) -> bool:
        return self.talk is not None and self.talk.conversation.id == conversation

    def _on_path(self, event: PathChanged) -> None:
        if event.after is None:
            self._chat.show_turns(event.turns)
        else:
            self._chat.drop_after(event.after)
            for turn, place in event.turns:
                self._chat.add_turn(turn, place)
        self._tell()

    def _on_reply_over(self, turn: Turn) -> None:
        self._tell()
        self._count_timer.start()
        self._window.slices.begin(self, self._telling(turn))

    def _telling(self, turn: Turn) -> Work:
        """Figures, then details: each of them is felt in a frame."""
        yield TURN
        if turn.finished is not None:
            self._status.show_speed(turn.finished.timings.decode_tps, turn.finished.timings.ttft_s)
        yield TURN
        self.turn_shown.emit(turn)

    def _show_turn(self, turn: Turn | None) -> None:
        """Of another conversation: what was to be told of the one before is not."""
        self._window.slices.stop(self)
        self.turn_shown.emit(turn)

    def _on_session(self, state: SessionState) -> None:
        self._status.show_memory(0 if state.over else state.memory_bytes)
        self._status.show_silence(state.silent_s)
        if state.phase in ("failed", "dead") and state.problem is not None and not self.busy:
            again = _("Start again") if state.phase == "dead" else _("Try again")
            self._window.notices.show_line("model", word(state.problem), again, self.restart)
        elif state.phase == "ready":
            self._window.notices.dismiss("model")
        self._tell()

    def _refused(self, event: LoadRefused) -> None:
        self._window.notices.show_line("model", word(event.problem), _("Try again"), self.restart)
        self._tell()

    def _tell(self) -> None:
        self._chat.set_busy(self.busy)
        self.show_model()
        self.changed.emit()

    def show_model(self) -> None:
        """The pill and the left of the status bar."""
        model = self.talk.choice.model if self.talk is not None else None
        looks = seen(self.state, busy=self.busy)
        name, detail = pill(model, self.session)
        self._chat.set_model(name, detail, looks.pill, looks.tooltip or looks.word)
        about = f"{name} {model.quantization}".strip() if model is not None else ""
        self._status.show_state(looks.word, looks.mark, about)

    def show_welcome(self) -> None:
        """What an empty conversation says about the model that is chosen."""
        if self.talk is not None:
            words = welcome(self.talk.choice.model)
            self._chat.set_empty_state(words.title, words.detail, words.questions)

    def _title(self, question: str) -> None:
        line = next(iter(question.strip().splitlines()), "")
        self._chat.set_title(line[:_TITLE] + ("…" if len(line) > _TITLE else "") or _("New chat"))

    def _on_draft(self, text: str) -> None:
        self._draft = text
        self._count_timer.start()
        conversation = self.talk.conversation if self.talk is not None else None
        if conversation is not None and text != conversation.about.draft and not self._chat.composer.editing:
            conversation.about = replace(conversation.about, draft=text)
            self.draft_changed.emit(conversation)

    def take_over(self, id: int, values: Mapping[str, Any]) -> None:
        """Facts of a conversation were set; where it is in front, they hold here, too."""
        conversation = self.talk.conversation if self.talk is not None else None
        if conversation is not None and conversation.id == id:
            conversation.about = replace(conversation.about, **values)
            self._title(conversation.about.title)

    def count_soon(self) -> None:
        """The draft has other attachments."""
        self._count_timer.start()

    def _count(self) -> None:
        """Ask the worker how many tokens the draft has; shown with what the conversation holds already."""
        session = self.session
        if session is None or self.report is None or session.state.over:
            return
        if self._counting is not None:
            self._counting.cancel()
        context, before = self.report.context, self._tokens_so_far() + self.attached_tokens()
        self._counting = self._background.when(
            session.count_tokens_later(self._draft),
            lambda count: self._chat.set_token_count(before + count, context),
            _ignored,
        )

    def _tokens_so_far(self) -> int:
        turns = self.talk.conversation.turns if self.talk is not None else []
        finished = next((one.finished for one in reversed(turns) if one.finished is not None), None)
        return finished.usage.prompt_tokens + finished.usage.completion_tokens if finished is not None else 0


def _ignored(problem: Problem) -> None:
    """A draft that could not be counted: the worker is going; its end is told elsewhere."""
