"""Quantizing in the window: the types with the size that each would have, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QProgressBar,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from qwendesk.lab.quantized import Plan
from qwendesk.models.model import Model
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.dialogs.toldline import ToldLine
from qwendesk.ui.theme.tokens import GAP, TIGHT
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.filefield import FileField
from qwendesk.ui.widgets.parts import boxed, button, column, label
from qwendesk.words import _, figures, ngettext, quantizing
from qwendesk.words.advising import percent
from qwendesk.words.problems import Sentence

_TYPE, _WIDTH, _FULL = Qt.ItemDataRole.UserRole, 600, 1000
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the form says: the source's name, and an importance matrix's path or an empty text."""

    source: str
    imatrix: str
    types: tuple[str, ...] = ()


class QuantizeDialog(Dialog):
    """`sizes_requested` and `start_requested` with a Chosen; `cancel_requested`. Closing it stops nothing."""

    sizes_requested = Signal(object)
    start_requested = Signal(object)
    cancel_requested = Signal()

    def __init__(self, types: Sequence[str], parent: QWidget) -> None:
        super().__init__(_("Quantize a model"), parent, width=_WIDTH)
        self.plans: dict[str, Plan] = {}
        self._running = False
        self.add_text(
            _("Choose one or more types. The results stand in the library, the source stays."), "dim"
        )
        self.source = QComboBox()
        self.source.setAccessibleName(_("Source"))
        calm(self.source)
        self.imatrix = FileField(
            _("Importance matrix, if there is one"), _("Importance matrices (*.gguf *.dat)")
        )
        self.types = _Types(types)
        self.form = boxed(
            column(
                label(_("Source"), "small"),
                self.source,
                label(_("Importance matrix, if there is one"), "small"),
                self.imatrix,
                label(_("Types"), "small"),
                self.types,
                space=TIGHT,
            )
        )
        self.bar = QProgressBar(textVisible=False, maximum=_FULL)
        self.bar.setAccessibleName(_("Quantized so far"))
        self.stage = label("", "small")
        self.told = ToldLine(_WIDTH - 2 * GAP)
        for part in (self.form, self.bar, self.stage, self.told):
            self.body.addWidget(part)
        self.cancel = button(_("Stop"), "", self.cancel_requested.emit, _("Nothing of a half file stays."))
        self.start = button(_("Quantize"), "primary", self._start)
        self.add_buttons(button(_("Close"), "", self.reject), self.cancel, self.start)
        self.types.itemSelectionChanged.connect(self._refresh)
        self.source.activated.connect(lambda _at: self._ask())
        self.imatrix.edit.editingFinished.connect(self._ask)
        self.imatrix.browse.clicked.connect(lambda _on: self._ask())
        self.show_running(False)

    @property
    def chosen(self) -> Chosen:
        return Chosen(str(self.source.currentData() or ""), self.imatrix.path, self.types.chosen)

    def show_sources(self, models: Sequence[Model], base: str = "") -> None:
        """GGUF files, those that lost nothing first; `base` is what one looks at now."""
        for one in models:
            self.source.addItem(f"{one.name}   {figures.size(one.size_bytes)}", one.name)
        wanted = [at for at, one in enumerate(models) if base and one.name.partition(":")[0] == base]
        self.source.setCurrentIndex(wanted[0] if wanted else 0)
        self._ask()

    def show_plan(self, plan: Plan) -> None:
        """What would become of it in this type."""
        self.plans[plan.wish.type] = plan
        self.types.show_plan(plan)
        self._refresh()

    def show_running(self, running: bool) -> None:
        """Whether it goes on: the form is shut meanwhile."""
        self._running = running
        self.form.setEnabled(not running)
        for one in (self.bar, self.stage, self.cancel):
            one.setVisible(running)
        self.start.setVisible(not running)
        self._refresh()

    def show_progress(self, type: str, stage: str, fraction: float | None) -> None:
        """How far it is with this type."""
        self.bar.setMaximum(0 if fraction is None else _FULL)
        self.bar.setValue(round(_FULL * (fraction or 0.0)))
        self.stage.setText(f"{type} · {stage}" if stage else type)

    def tell(self, sentence: Sentence, *, bad: bool = False) -> None:
        """What came of it."""
        self.told.tell(sentence, bad=bad)

    def _ask(self) -> None:
        """The sizes for another source, or with another matrix."""
        self.plans.clear()
        self.types.clear_plans()
        self.told.tell(None)
        self._refresh()
        if self.chosen.source:
            self.sizes_requested.emit(self.chosen)

    def _refresh(self) -> None:
        count = len(self.types.chosen)
        words = ngettext("Quantize {n} type", "Quantize {n} types", count).format(n=count)
        self.start.setText(words if count > 1 else _("Quantize"))
        self.start.setAccessibleName(self.start.text())
        self.start.setEnabled(bool(count) and not self._running)

    def _start(self) -> None:
        self.start_requested.emit(self.chosen)


class _Types(QTreeWidget):
    """A line for each type; several can be chosen. What would be refused says why and cannot be."""

    def __init__(self, types: Sequence[str]) -> None:
        super().__init__()
        self.setHeaderLabels([_("Type"), _("Size"), _("Of the source"), _("Bits per weight"), ""])
        self.setAccessibleName(_("Types"))
        self.setRootIsDecorated(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMinimumHeight(240)
        for place, width in enumerate((96, 88, 104, 112)):
            self.setColumnWidth(place, width)
        for one in types:
            item = QTreeWidgetItem([one, "…"])
            item.setData(0, _TYPE, one)
            for place in (1, 2, 3):
                item.setTextAlignment(place, _RIGHT)
                self.headerItem().setTextAlignment(place, _RIGHT)
            self.addTopLevelItem(item)

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(one.data(0, _TYPE) for one in self._items() if one.isSelected())

    def choose(self, types: Sequence[str]) -> None:
        """These and no others."""
        for one in self._items():
            one.setSelected(one.data(0, _TYPE) in types and not one.isDisabled())

    def show_plan(self, plan: Plan) -> None:
        refused = quantizing.obstacles(plan)
        for one in self._items():
            if one.data(0, _TYPE) == plan.wish.type:
                share = percent(plan.size / plan.source_size) if plan.source_size else "–"
                cells = (figures.size(plan.size), share, f"{plan.bits_per_weight:.2f}", " ".join(refused))
                for place, text in enumerate(cells, 1):
                    one.setText(place, text)
                one.setToolTip(4, "\n".join([*refused, *quantizing.fallbacks(plan.fallbacks)]))
                one.setDisabled(bool(refused))

    def clear_plans(self) -> None:
        for one in self._items():
            one.setText(1, "…")
            for place in (2, 3, 4):
                one.setText(place, "")
            one.setDisabled(False)

    def _items(self) -> list[QTreeWidgetItem]:
        return [one for at in range(self.topLevelItemCount()) if (one := self.topLevelItem(at)) is not None]
