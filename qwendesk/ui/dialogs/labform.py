"""What shall be measured: which models, on which texts, against which reference, and what else."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from qwendesk.api.options import Option
from qwendesk.lab.asked import Asked
from qwendesk.lab.benchplan import Grid
from qwendesk.lab.findings import base_of
from qwendesk.lab.tasks.reading import BUILT_IN
from qwendesk.lab.texts import TITLES
from qwendesk.models.model import Model
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.dialogs.speedfields import SpeedFields
from qwendesk.ui.theme.tokens import GAP, ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.filechoice import FileChoice
from qwendesk.ui.widgets.numberedit import NumberEdit
from qwendesk.ui.widgets.parts import boxed, button, column, label, look_again, row
from qwendesk.words import _, figures
from qwendesk.words.problems import Sentence

_NAME, _WIDTH, _LINE = Qt.ItemDataRole.UserRole, 720, 24
_LEAST_WINDOW, _MOST_WINDOW = 16, 32_768


class LabForm(Dialog):
    """`start_requested` with an Asked; `check_requested` with the name of a model to add."""

    start_requested = Signal(object)
    check_requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(_("Measure models"), parent, width=_WIDTH)
        self.add_text(
            _(
                "Each model reads the same texts; the drift is how far its probabilities are from those of "
                "the reference. What was measured before is not measured again."
            ),
            "dim",
        )
        lists = row(self._made_models(), self._made_texts(), space=ROOMY)
        lists.setStretch(0, 3)
        lists.setStretch(1, 2)
        self.body.addLayout(lists, 1)
        self._make_settings()
        self.problem = label("", "small", wrap=True, selectable=True)
        self.problem.setAccessibleName(_("What is wrong"))
        self.problem.setMinimumWidth(_WIDTH - 2 * GAP)
        look_again(self.problem, "state", "bad")
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.start = button(_("Start"), "primary", self._start)
        self.add_buttons(button(_("Cancel"), "", self.reject), self.start)
        self.start.setDefault(True)
        self._refresh()

    def _made_models(self) -> QWidget:
        self.models = _CheckList(_("Models"), 7)
        self.models.itemChanged.connect(lambda _item: self._on_models())
        self.siblings = QComboBox()
        self.siblings.setAccessibleName(_("All quantizations of"))
        self.siblings.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        calm(self.siblings)
        self.siblings.activated.connect(self._on_siblings)
        self.other = QLineEdit(placeholderText=_("Another: MODEL@RUNTIME,OPTION=VALUE or a path"))
        self.other.setAccessibleName(_("Another model, with a runtime and load options"))
        self.add = button(_("Add"), "", lambda: self.check_requested.emit(self.other.text().strip()))
        self.other.textChanged.connect(lambda text: self.add.setEnabled(bool(text.strip())))
        self.add.setAccessibleName(_("Add the model"))
        self.add.setEnabled(False)
        head = row(label(_("Models"), "small"), 1, self.siblings, space=SPACE)
        other = row(self.other, self.add, space=SPACE)
        other.setStretch(0, 1)
        return boxed(column(head, self.models, other, space=TIGHT))

    def _made_texts(self) -> QWidget:
        self.texts = _CheckList(_("Texts"), 7)
        for name, title in TITLES.items():
            self.texts.add(name, _(title), checked=name == "english")
        self.texts.itemChanged.connect(lambda _item: self._refresh())
        self.file = button(_("Add a text file…"), "", self._ask_file)
        head = row(label(_("Texts"), "small"), 1, self.file, space=SPACE)
        return boxed(column(head, self.texts, space=TIGHT))

    def _make_settings(self) -> None:
        file = _("A file with log-probabilities…")
        self.reference = FileChoice(_("Reference"), self._references(), file, _("All files (*)"))
        self.reference.setToolTip(_("What the others are compared with; best the one that lost least."))
        sets = {"": _("None"), BUILT_IN: _("Short questions with answers that can be checked")}
        kinds = _("Tasks (*.jsonl);;All files (*)")
        self.tasks = FileChoice(_("Tasks"), sets, _("A file of yours…"), kinds)
        help = _("Tokens read at once, the second half of which is scored. llama.cpp's tools use 512.")
        option = Option(
            "window", _("Window"), help, "integer", 512, _LEAST_WINDOW, _MOST_WINDOW, 128, unit=_("tokens")
        )
        self.window_edit = NumberEdit(option, help)
        self.window_edit.setAccessibleName(_("Window in tokens"))
        self.speed = QCheckBox(_("Speed and memory"))
        self.speed.setToolTip(
            _("The models are measured in turns: what slows the computer down slows all of them.")
        )
        self.fields = SpeedFields()
        self.fields.hide()
        self.speed.toggled.connect(self._on_speed)
        self.again = QCheckBox(_("Measure again what is known"))
        self.force = QCheckBox(_("Load also what will not fit"))
        self.force.setToolTip(_("The system may end what takes more memory than there is."))
        self.tasks.changed.connect(self._refresh)
        fields = row(
            _titled(_("Reference"), self.reference),
            _titled(_("Window, tokens"), self.window_edit),
            _titled(_("Tasks"), self.tasks),
            space=ROOMY,
        )
        for at, stretch in enumerate((3, 1, 3)):
            fields.setStretch(at, stretch)
        self.body.addLayout(fields)
        self.body.addLayout(row(self.speed, 1, self.again, self.force, space=ROOMY))
        self.body.addWidget(self.fields)

    def show_models(self, models: Sequence[Model], base: str = "") -> None:
        """What is here; the quantizations of `base` are chosen."""
        for one in models:
            told = f"{one.name}   {figures.size(one.size_bytes)}"
            self.models.add(one.name, told, checked=bool(base) and base_of(one.name) == base)
        self.siblings.addItem(_("All quantizations of…"), "")
        for found in dict.fromkeys(base_of(one.name) for one in models):
            self.siblings.addItem(found, found)
        self._on_models()

    def add_model(self, name: str) -> None:
        """One that is known to be there now."""
        self.models.add(name, name, checked=True)
        self.other.clear()
        self.problem.hide()
        self._on_models()

    def add_file(self, path: str) -> None:
        """A text of one's own."""
        self.texts.add(path, path, checked=True)
        self._refresh()

    def show_problem(self, sentence: Sentence) -> None:
        """Why something cannot be added."""
        self._tell(str(sentence))

    def asked(self) -> Asked:
        """What is filled in. Raises ValueError with a sentence."""
        return Asked(
            models=self.models.chosen,
            texts=self.texts.chosen,
            window=int(self.window_edit.value or 512),
            reference=self.reference.value,
            tasks=self.tasks.value,
            speed=self.speed.isChecked(),
            grid=self.fields.grid if self.speed.isChecked() else Grid(),
            since=time.time() if self.again.isChecked() else 0.0,
            force=self.force.isChecked(),
        )

    def _on_siblings(self, at: int) -> None:
        """Choose them and no others; the field goes back to its question."""
        base = str(self.siblings.itemData(at) or "")
        if base:
            self.models.choose(name for name in self.models.names if base_of(name) == base)
            self.siblings.setCurrentIndex(0)
            self._on_models()

    def _on_models(self) -> None:
        """Any of the chosen ones can be the reference."""
        self.reference.offer(self._references())
        self._refresh()

    def _references(self) -> dict[str, str]:
        return {"": _("The largest of them"), **{one: one for one in self.models.chosen}}

    def _refresh(self) -> None:
        what = self.texts.chosen or self.tasks.value or self.speed.isChecked()
        self.start.setEnabled(bool(self.models.chosen and what))

    def _ask_file(self) -> None:
        path, _chosen = QFileDialog.getOpenFileName(self, _("A text to measure on"))
        if path:
            self.add_file(path)

    def _on_speed(self, on: bool) -> None:
        self.fields.setVisible(on)
        self._refresh()

    def _start(self) -> None:
        try:
            asked = self.asked()
        except ValueError as error:
            self._tell(str(error))
            return
        self.start_requested.emit(asked)
        self.accept()

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()


class _CheckList(QListWidget):
    """Names that are chosen by a check mark; Space turns it."""

    def __init__(self, name: str, lines: int) -> None:
        super().__init__()
        self._lines = lines
        self.setAccessibleName(name)
        self.setProperty("look", "field")
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.data(_NAME) for one in self._items())

    @property
    def chosen(self) -> tuple[str, ...]:
        checked = Qt.CheckState.Checked
        return tuple(one.data(_NAME) for one in self._items() if one.checkState() == checked)

    def add(self, name: str, title: str, *, checked: bool) -> None:
        """Once only."""
        if name in self.names:
            self.choose([*self.chosen, name])
            return
        item = QListWidgetItem(title)
        item.setData(_NAME, name)
        item.setToolTip(name)
        item.setSizeHint(QSize(0, _LINE))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(_state(checked))
        self.addItem(item)

    def choose(self, names: Iterable[str]) -> None:
        """These and no others."""
        wanted = set(names)
        for one in self._items():
            one.setCheckState(_state(one.data(_NAME) in wanted))

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(at) for at in range(self.count())]

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._lines * _LINE + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height() // 2)


def _state(checked: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked


def _titled(title: str, field: QWidget) -> QWidget:
    return boxed(column(label(title, "small"), field, space=TIGHT))
