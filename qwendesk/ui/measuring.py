"""The Quant Lab in the window: what is asked for goes into the queue, what was measured is read elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, QTimer, Signal

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.chat.comparing.contestant import Contestant
from qwendesk.chat.talk import Choice
from qwendesk.lab.advice import Wanted
from qwendesk.lab.asked import Asked, Run
from qwendesk.lab.entrants import Entrant
from qwendesk.lab.events import RunChanged, RunForgotten
from qwendesk.lab.line import Line
from qwendesk.lab.pareto import Axis
from qwendesk.lab.report.report import Report
from qwendesk.models.model import Model
from qwendesk.ui.background import Background, Task
from qwendesk.ui.dialogs.labdetail import LabDetail
from qwendesk.ui.dialogs.labform import LabForm
from qwendesk.ui.docks.lab import FORMATS, LabView
from qwendesk.ui.docks.sight import Sight
from qwendesk.ui.saving import Saving
from qwendesk.ui.slices import TURN, Work
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.labreport import labels
from qwendesk.words.problems import Sentence, word

if TYPE_CHECKING:
    from qwendesk.lab.report.export import Format

_AFTER_MS, _TOPIC = 200, "lab"
_LARGE, _FRAMES = QSize(1180, 760), 20
"""The window is painted in its first size before it gets another one: that takes some turns."""
Read = tuple[tuple[str, ...], str, Report]


class Measuring(QObject):
    """Reads nothing while the dock is hidden.

    `answers_requested` with contestants, `quantize_requested` with the name of one without its quantization.
    """

    answers_requested = Signal(object)
    quantize_requested = Signal(str)

    def __init__(self, window: Window, app: App, background: Background, view: LabView) -> None:
        super().__init__(window)
        self._window, self._app, self._background, self._view = window, app, background, view
        self._saving = Saving(window, background, window.notices)
        self._form: LabForm | None = None
        self._base: str | None = None
        self._runs: dict[int, Run] = {}
        self._place: tuple[object, ...] = ()
        self._reading: Task | None = None
        self._is_known = False
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._soon.timeout.connect(self.refresh)
        self._sight = Sight(window.docks["lab"])
        self._sight.changed.connect(self._on_seen)
        view.measure_requested.connect(self.show_form)
        view.large_requested.connect(self.show_large)
        view.refresh_requested.connect(self.refresh)
        view.base_chosen.connect(self._on_base)
        view.axis_chosen.connect(lambda _axis: self.refresh())
        view.run_asked.connect(self._on_run_asked)
        view.save_requested.connect(self._save)
        view.details_requested.connect(self._show_details)
        view.answers_requested.connect(self._ask_answers)
        view.quantize_requested.connect(lambda: self.quantize_requested.emit(view.chosen_base))
        if self._sight.on:
            self._on_seen(True)

    def on_event(self, event: object) -> None:
        """What happened, told by the bridge on this thread."""
        if isinstance(event, RunForgotten):
            self._runs.pop(event.id, None)
        elif isinstance(event, RunChanged):
            self._runs[event.run.id] = event.run
            self._look_again(event.run)
        else:
            return
        self._view.show_runs(tuple(self._runs.values()))

    def _look_again(self, run: Run) -> None:
        """Whenever a row may have come."""
        place = (run.id, run.state, run.step.number, run.step.entrant, run.step.text, run.step.stage)
        if place != self._place:
            self._place = place
            self._soon.start()

    def refresh(self) -> None:
        """Read what was measured again; what is on its way is of no use any more."""
        if not self._sight.on:
            return
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._background.run(
            partial(self._read, self._base, self._view.front.axis.value), self._on_read, self._on_unread
        )

    def _read(self, base: str | None, axis: Axis) -> Read:
        """Of the model that is chosen, else of the one that was measured last."""
        bases = self._app.lab.findings.bases()
        chosen = base if base in (*bases, "") and base is not None else next(iter(bases), "")
        report = self._app.lab.findings.report(chosen, Wanted(axis), labels(), private=True)
        return bases, chosen, report

    def _on_read(self, found: Read) -> None:
        bases, chosen, report = found
        self._view.show_bases(bases, chosen)
        self._window.slices.begin(self._view, self._view.showing(report))

    def _on_unread(self, problem: Problem) -> None:
        self._view.show_error(word(problem.note()))

    def _on_seen(self, on: bool) -> None:
        if not on:
            return
        self.refresh()
        if not self._is_known:
            self._is_known = True
            self._background.run(lambda: self._app.lab.queue.runs, self._on_runs, self._on_unread)

    def _on_runs(self, runs: tuple[Run, ...]) -> None:
        """What an earlier session left; what was heard of meanwhile is newer."""
        self._runs = {one.id: one for one in runs} | self._runs
        self._view.show_runs(tuple(self._runs.values()))

    def _on_base(self, base: str) -> None:
        self._base = base
        self.refresh()

    def _on_run_asked(self, what: str, id: int) -> None:
        queue = self._app.lab.queue
        act = {"stop": queue.stop, "resume": queue.resume, "forget": queue.forget}[what]
        self._background.run(lambda: act(id), lambda _none: None, self._on_unread)

    def _save(self, form: Format) -> None:
        """Write a report of what is shown; the words are made elsewhere, and then it is asked where to."""
        private = self._view.private.isChecked()
        work = partial(self._exported, self._view.chosen_base, self._view.front.axis.value, form, private)
        title = f"{FORMATS[form]} (*.{form})"
        self._background.run(
            work, lambda text: self._saving.save_text(_("quant-lab"), form, title, text), self._on_unsaved
        )

    def _exported(self, base: str, axis: Axis, form: Format, private: bool) -> str:
        from qwendesk.lab.report.export import export

        return export(self._app.lab.findings.report(base, Wanted(axis), labels(), private=private), form)

    def _on_unsaved(self, problem: Problem) -> None:
        self._window.notices.show_line(_TOPIC, word(problem.note()))

    def _show_details(self, line: Line) -> None:
        if self._view.report is not None:
            self.detail(self._view.report, line).show()

    def detail(self, report: Report, line: Line) -> LabDetail:
        """All that is known of one model, not yet shown."""
        return LabDetail(report, line, self._window)

    def _ask_answers(self, lines: list[Line]) -> None:
        """The models of these lines side by side; one whose file is gone is told."""
        self._background.run(
            lambda: [self._app.lab.findings.entrant(one.subject) for one in lines],
            partial(self._on_entrants, lines),
            self._on_unsaved,
        )

    def _on_entrants(self, lines: list[Line], found: list[Entrant | None]) -> None:
        gone = [line.subject.name for line, one in zip(lines, found, strict=True) if one is None]
        if gone:
            told = _("The files of these models are not here any more: {names}.")
            then = _("Choose others, or download them again.")
            self._window.notices.show_line(_TOPIC, Sentence(told.format(names=", ".join(gone)), then))
            return
        self.answers_requested.emit(
            [
                Contestant(line.label, Choice(one.model, one.runtime, one.options))
                for line, one in zip(lines, found, strict=True)
                if one is not None
            ]
        )

    def show_form(self) -> None:
        """Ask what shall be measured."""
        self.form().open()

    def form(self) -> LabForm:
        """The form, not yet shown; the models come in a moment."""
        made = self._form = LabForm(self._window)
        made.start_requested.connect(self.begin)
        made.check_requested.connect(self._check)
        made.finished.connect(lambda _how: self._on_closed())
        self._background.run(self._app.library.models, self._on_models, self._on_form_problem)
        return made

    def _on_models(self, models: list[Model]) -> None:
        if self._form is not None:
            self._form.show_models(models, self._view.chosen_base)

    def _check(self, name: str) -> None:
        """Whether there is such a model, before it is added."""
        self._background.run(
            lambda: self._app.lab.entrants.of(name).name,
            lambda found: self._form.add_model(found) if self._form is not None else None,
            self._on_form_problem,
        )

    def _on_form_problem(self, problem: Problem) -> None:
        if self._form is not None:
            self._form.show_problem(word(problem.note()))

    def _on_closed(self) -> None:
        self._form = None

    def begin(self, asked: Asked) -> None:
        """Measure this when its turn comes."""
        self._base = None
        self._background.run(lambda: self._app.lab.queue.add(asked), lambda _run: None, self._on_unread)

    def show_large(self) -> None:
        """The dock as a window of its own, with room for everything at once."""
        self._window.slices.begin(self._view, self._enlarging())

    def _enlarging(self) -> Work:
        """A window that is made, laid out and painted in one turn would hold up the other."""
        dock = self._window.docks["lab"]
        dock.setFloating(True)
        for _turn in range(_FRAMES):
            yield TURN
        dock.resize(_LARGE)
        yield TURN
        dock.focus_body()
