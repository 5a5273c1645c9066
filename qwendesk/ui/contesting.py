"""Models side by side in the window: what is done in the dialog goes to the comparison, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from qwendesk.api.messages import Thinking
from qwendesk.api.sampling import Sampling
from qwendesk.app import App
from qwendesk.chat.comparing.comparison import Comparison
from qwendesk.chat.comparing.contestant import ComparisonBegan, ComparisonEnded, Contestant, ContestantMoved
from qwendesk.chat.comparing.lineup import LEAST
from qwendesk.chat.settings import Settings
from qwendesk.chat.talk import PathChanged, TurnAdded, TurnChanged
from qwendesk.models.model import Model
from qwendesk.runtimes.state import SessionChanged
from qwendesk.ui.slices import TURN, Work
from qwendesk.ui.window import Window
from qwendesk.words import comparing as words

if TYPE_CHECKING:
    from qwendesk.ui.dialogs.contestantcolumn import ContestantColumn
    from qwendesk.ui.dialogs.differences import DifferencesDialog
    from qwendesk.ui.dialogs.sidebyside import SideBySide

GREEDY = Settings(Sampling(temperature=0.0), Thinking(on=False))
"""Answers of the same model in several files differ by their files alone then."""
_FIGURES_MS = 100
Models = Callable[[], tuple[Sequence[Model], Model | None]]


class Contesting(QObject):
    """One comparison, there from the first time that it is shown. Closing its dialog unloads its models.

    `continued` with a conversation that shall go on as a chat, and its model.
    """

    continued = Signal(object, object)

    def __init__(self, window: Window, app: App, models: Models) -> None:
        """`models` are those that can be loaded now, and the one that is chosen in the window."""
        super().__init__(window)
        self._window, self._app, self._models = window, app, models
        self._dialog: SideBySide | None = None
        self._guests: list[Model] = []
        self.comparison = Comparison(app.runtimes, app.forecast, app.bus)
        self._figures = QTimer(self, singleShot=True, interval=_FIGURES_MS)
        self._figures.timeout.connect(self._show_figures)

    def show(self) -> None:
        """Open the dialog beside the window: both can be used."""
        self._window.slices.begin(self, self._opening())

    def show_greedy(self, contestants: Sequence[Contestant]) -> None:
        """Open the dialog with these models alone, asked so that chance plays no part.

        Each is loaded by the runtime and with the options that are named, until another model is chosen.
        """
        self._guests = [one.choice.model for one in contestants]
        self._window.slices.begin(self, self._replacing(contestants))

    def _known(self) -> tuple[list[Model], Model | None]:
        """What can be chosen, and what is chosen in the window; files outside the library among it."""
        models, picked = self._models()
        paths = {one.path for one in models}
        return [*models, *(one for one in self._guests if one.path not in paths)], picked

    def _replacing(self, contestants: Sequence[Contestant]) -> Work:
        shown = self._dialog or self._made()
        yield TURN
        self._clear()
        for id in list(shown.columns):
            self._remove(id)
            yield TURN
        shown.show_models(self._known()[0])
        for one in contestants:
            yield from self._adding(one.choice.model, one)
            yield TURN
        yield from self._opening()

    def _opening(self) -> Work:
        shown = self._dialog or self._made()
        yield TURN
        shown.show()
        shown.raise_()
        shown.activateWindow()
        yield TURN
        yield from self._filling(shown)

    def dialog(self) -> SideBySide:
        """The dialog with what was said in it before, and the models that there are now."""
        dialog = self._dialog or self._made()
        for _part in self._filling(dialog):
            pass
        return dialog

    def _filling(self, dialog: SideBySide) -> Work:
        """Columns, each of which takes most of a frame to make."""
        models, picked = self._known()
        dialog.show_models(models)
        yield
        while len(dialog.columns) < LEAST and models:
            yield from self._adding(picked if not dialog.columns else None)
            yield TURN
        self._refresh()

    def _made(self) -> SideBySide:
        from qwendesk.ui.dialogs.sidebyside import SideBySide

        made = self._dialog = SideBySide(self._window, self._window.slices)
        made.add_requested.connect(lambda: self._add(None))
        made.clear_requested.connect(self._clear)
        made.copy_requested.connect(self._copy)
        made.differences_requested.connect(lambda: self.differences().show())
        made.in_turn_toggled.connect(self._on_in_turn)
        made.bar.asked.connect(self._ask)
        made.bar.stop_requested.connect(self._stop)
        made.finished.connect(lambda _how: self.unload())
        return made

    def _add(self, model: Model | None) -> None:
        for _part in self._adding(model):
            pass

    def _adding(self, model: Model | None, given: Contestant | None = None) -> Work:
        """A column for this model, or for the first that has none: made first, laid out then."""
        dialog = self._dialog
        model = model or self._next_model()
        if dialog is None or model is None:
            return
        column = yield from dialog.making_column(model)
        yield TURN
        if given is not None:
            column.form.set_contestant(replace(given, settings=GREEDY))
            yield TURN
        contestant = column.form.contestant()
        assert contestant is not None
        id = self.comparison.add(contestant)
        dialog.add_column(id, column)
        column.form.changed.connect(partial(self._on_changed, id))
        column.stop_requested.connect(partial(self._stop, id))
        column.remove_requested.connect(partial(self._remove, id))
        column.transcript.asked.connect(partial(self._on_asked, id))
        column.transcript.link_activated.connect(self._on_link)
        for wish in (column.transcript.retry_requested, column.transcript.restart_requested):
            wish.connect(partial(self._again, id))
        self._refresh()

    def _next_model(self) -> Model | None:
        models, picked = self._known()
        columns = self._dialog.columns.values() if self._dialog is not None else ()
        taken = {one.form.model.path for one in columns if one.form.model is not None}
        return next((one for one in models if one.path not in taken), picked or next(iter(models), None))

    def _remove(self, id: int) -> None:
        if self._dialog is not None:
            self.comparison.remove(id)
            self._dialog.remove_column(id)
            self._refresh()

    def _on_changed(self, id: int) -> None:
        """Another model or other settings hold from the next question on."""
        column = self._column(id)
        contestant = column.form.contestant() if column is not None else None
        if column is not None and contestant is not None:
            self.comparison.change(id, contestant)
            session = self.comparison.session(id)
            column.show_session(session.state if session is not None else None)
        self._refresh()

    def _on_in_turn(self, on: bool) -> None:
        self.comparison.in_turn = on

    def _ask(self, text: str) -> None:
        self.comparison.ask(text)
        self._refresh()

    def _stop(self, id: int | None = None) -> None:
        self.comparison.stop(id)

    def _again(self, id: int) -> None:
        self.comparison.again(id)
        self._refresh()

    def _clear(self) -> None:
        self.comparison.clear()
        for column in self._columns.values():
            column.transcript.clear()
            column.show_transcript(empty=True)
        self._refresh()
        self._show_figures()

    def differences(self) -> DifferencesDialog:
        """What each says otherwise than the first one, not yet shown."""
        from qwendesk.ui.dialogs.differences import DifferencesDialog

        parent = self._dialog or self._window
        return DifferencesDialog(self.comparison.contestants, self.comparison.rounds(), parent)

    def _copy(self) -> None:
        table = words.markdown(self.comparison.contestants, self.comparison.rounds())
        QGuiApplication.clipboard().setText(table)

    def _on_asked(self, id: int, what: str, turn_id: int) -> None:
        """What one wants to do with a question or an answer."""
        talk = self.comparison.talk(id)
        turn = talk.conversation.get(turn_id)
        if turn is None or self._dialog is None:
            return
        match what:
            case "before" | "after":
                versions = talk.conversation.versions(turn_id)
                at = versions.index(turn_id) + (1 if what == "after" else -1)
                if 0 <= at < len(versions):
                    talk.show_version(versions[at])
            case "edit":
                self._dialog.bar.set_text(turn.answer)
            case "copy_reasoning":
                QGuiApplication.clipboard().setText(turn.reasoning)
            case "branch":
                self.continued.emit(talk.conversation.branched(turn_id), talk.choice.model)

    def _on_link(self, address: str) -> None:
        from qwendesk.ui.dialogs.link import link

        if self._dialog is not None:
            link(address, self._dialog).open()

    @property
    def _columns(self) -> dict[int, ContestantColumn]:
        return self._dialog.columns if self._dialog is not None else {}

    def _column(self, id: int) -> ContestantColumn | None:
        return self._columns.get(id)

    def _refresh(self) -> None:
        """What can be done now."""
        if self._dialog is not None:
            self._dialog.show_busy(self.comparison.busy)
            self._dialog.show_asked(bool(self.comparison.rounds()))
            ready = all(one.form.model is not None for one in self._columns.values())
            self._dialog.bar.set_can_ask(ready and len(self._columns) >= LEAST)

    def on_event(self, event: object) -> None:
        """What happened, told by the bridge on this thread."""
        match event:
            case TurnAdded() | TurnChanged() | PathChanged():
                for id, column in self._columns.items():
                    if self.comparison.talk(id).conversation.id == event.conversation:
                        column.show_event(event)
                        self._figures_later()
            case SessionChanged():
                self._on_session(event)
            case ComparisonBegan(comparison) if comparison == self.comparison.id:
                if self._dialog is not None:
                    self._dialog.show_plan(words.plan(event.plan))
            case ContestantMoved(comparison, id, stage) if comparison == self.comparison.id:
                if (moved := self._column(id)) is not None:
                    moved.show_stage(stage)
                self._figures_later()
            case ComparisonEnded(comparison) if comparison == self.comparison.id:
                self._refresh()

    def _on_session(self, event: SessionChanged) -> None:
        for id, column in self._columns.items():
            session = self.comparison.session(id)
            if session is not None and session.id == event.session:
                column.show_session(event.state)
                self._figures_later()

    def _figures_later(self) -> None:
        """Numbers that change with every token would not be read."""
        if not self._figures.isActive():
            self._figures.start()

    def _show_figures(self) -> None:
        for id, column in self._columns.items():
            column.show_answer(self.comparison.answer(id))

    def unload(self) -> None:
        """Stop, and give the memory back."""
        self.comparison.unload()

    def let_go(self, model: Model) -> None:
        """Unload this model, if it is loaded here: its file is about to go."""
        if any(one.choice.model.path == model.path for one in self.comparison.contestants):
            self.unload()

    def close(self) -> None:
        """The window goes."""
        self.comparison.close()
