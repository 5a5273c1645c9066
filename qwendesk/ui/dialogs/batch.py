"""A batch in the window: which file is answered into which, by which model, and how far that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from qwendesk.api.messages import Thinking
from qwendesk.chat.batch.progress import Progress
from qwendesk.models.model import Model
from qwendesk.ui.dialogs.batchprogress import BatchProgress
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.docks.thinkingform import ThinkingForm
from qwendesk.ui.theme.tokens import GAP, TIGHT
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.filefield import FileField
from qwendesk.ui.widgets.parts import boxed, button, column, label
from qwendesk.words import _
from qwendesk.words.problems import Sentence

_ROWS = _("Rows (*.jsonl *.ndjson *.txt);;All files (*)")
_ANSWERS = _("JSON lines (*.jsonl);;All files (*)")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form says. `restart` throws away what is there."""

    source: str
    target: str
    model: Model
    thinking: Thinking
    system: str
    text: bool
    restart: bool = False


class BatchDialog(Dialog):
    """`start_requested` with a Wish, and `cancel_requested`. Closing it stops nothing."""

    start_requested = Signal(object)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(_("Batch"), parent, width=560)
        self._models: list[Model] = []
        self.source = FileField(_("Rows"), _ROWS)
        self.target = FileField(_("Answers"), _ANSWERS, saves=True)
        self.text = QCheckBox(_("Every line is a prompt (plain text, no JSON)"))
        self.models = QComboBox()
        self.models.setAccessibleName(_("Model"))
        calm(self.models)
        self.thinking = ThinkingForm()
        self.thinking.set_value(Thinking())
        self.system = QLineEdit(placeholderText=_("For rows without one"))
        self.system.setAccessibleName(_("System message"))
        self.add_text(_("Each row is a prompt or a conversation. Answers come in the same order."), "dim")
        self.form = boxed(
            column(
                *(_titled(_("Rows"), self.source), self.text, _titled(_("Answers"), self.target)),
                *(_titled(_("Model"), self.models), self.thinking),
                _titled(_("System message"), self.system),
            )
        )
        self.progress = BatchProgress(self.minimumWidth() - 2 * GAP)
        self.body.addWidget(self.form)
        self.body.addWidget(self.progress)
        self.body.addStretch(1)
        self.over = button(_("Start over"), "", lambda: self._start(restart=True))
        self.over.setToolTip(_("Throw away what is there and begin anew."))
        self.cancel = button(_("Stop"), "", self.cancel_requested.emit, _("What is done is kept."))
        self.start = button(_("Start"), "primary", self._start)
        self.add_buttons(button(_("Close"), "", self.reject), self.over, self.cancel, self.start)
        self.source.changed.connect(self._on_source)
        self.target.changed.connect(self._refresh)
        self.models.currentIndexChanged.connect(lambda _at: self._refresh())
        self._running = False
        self.show_running(False)

    def show_models(self, models: Sequence[Model], picked: Model | None) -> None:
        """What can be loaded now; `picked` is chosen first."""
        self._models = list(models)
        self.models.clear()
        self.models.addItems([f"{one.title}  {one.quantization}".strip() for one in models])
        paths = [one.path for one in models]
        if picked is not None and picked.path in paths:
            self.models.setCurrentIndex(paths.index(picked.path))
        self._refresh()

    def show_wish(self, wish: Wish) -> None:
        """The form as it was when this was started."""
        self.source.set_path(wish.source)
        self.text.setChecked(wish.text)
        self.target.set_path(wish.target)
        self.show_models(self._models, wish.model)
        self.thinking.set_value(wish.thinking)
        self.system.setText(wish.system)

    def show_running(self, running: bool) -> None:
        """Whether it goes on: the form is shut meanwhile."""
        self._running = running
        self.form.setEnabled(not running)
        self.cancel.setVisible(running)
        self.start.setVisible(not running)
        self.over.hide()
        self._refresh()

    def show_progress(self, now: Progress) -> None:
        self.progress.show_progress(now)

    def show_end(self, now: Progress, target: Path) -> None:
        """It is complete."""
        self.show_running(False)
        self.progress.show_end(now, target)

    def show_problem(self, sentence: Sentence, can_start_over: bool) -> None:
        """It stopped for this reason; starting over is offered where there is something in the way."""
        self.show_running(False)
        self.progress.show_problem(sentence)
        self.over.setVisible(can_start_over)

    def _on_source(self) -> None:
        path = Path(self.source.path)
        self.text.setChecked(path.suffix.lower() == ".txt")
        if self.source.path and not self.target.path:
            self.target.set_path(str(path.with_name(f"{path.stem}.answers.jsonl")))
        self._refresh()

    def _refresh(self) -> None:
        ready = bool(self.source.path and self.target.path) and self.models.currentIndex() >= 0
        self.start.setEnabled(ready and not self._running)

    def _start(self, restart: bool = False) -> None:
        at = self.models.currentIndex()
        if 0 <= at < len(self._models):
            model, thinking = self._models[at], self.thinking.value()
            files = self.source.path, self.target.path
            wish = Wish(*files, model, thinking, self.system.text(), self.text.isChecked(), restart)
            self.start_requested.emit(wish)


def _titled(title: str, field: QWidget) -> QWidget:
    named = label(title, "small")
    named.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return boxed(column(named, field, space=TIGHT))
