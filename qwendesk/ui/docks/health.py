"""The health checks: what is wrong first, each with its fix, then what is well."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from qwendesk.monitor.health import Checked, overall
from qwendesk.ui.docks.healthcard import SIGNS, HealthCard, PassedLine
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import boxed, button, column, label, look_again, row
from qwendesk.words import _, ngettext
from qwendesk.words.health import overall_words, summary
from qwendesk.words.problems import Sentence

_BAR = 120


class HealthView(QWidget):
    """Shows results as they come; a run keeps those of the last one until they are replaced."""

    run_requested = Signal()
    network_requested = Signal()
    models_requested = Signal()
    cancel_requested = Signal()
    fix_requested = Signal(object)
    """A Checked whose fix shall be done."""
    fix_cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: dict[str, HealthCard | PassedLine] = {}
        self._seen: set[str] = set()
        self._state = label("", "strong")
        self._summary = label("", "dim", wrap=True)
        self._busy = QProgressBar(textVisible=False)
        self._busy.setFixedWidth(_BAR)
        self._busy.setAccessibleName(_("Checks are running"))
        self._run = button(_("Run all checks"), "primary", self.run_requested.emit)
        tip = _("Asks each hub one small question. Every request is in the ledger.")
        self._network = button(_("Check the connection"), "", self.network_requested.emit, tip)
        tip = _("Reads and loads every model, one after the other. This may take long.")
        self._models = button(_("Test every model"), "", self.models_requested.emit, tip)
        self._cancel = button(_("Cancel"), "", self.cancel_requested.emit)
        self._wrong, self._well = QVBoxLayout(), QVBoxLayout()
        self._wrong.setSpacing(SPACE)
        self._well.setSpacing(TIGHT)
        self._passed = label("", "heading")
        self.pages = Pages(_scrolled(column(self._wrong, self._passed, self._well, 1, space=SPACE)))
        self._ways = QStackedWidget()  # always as wide as its widest page, so the docks beside it stay
        self._ways.addWidget(boxed(row(self._models, self._network, self._run)))
        self._ways.addWidget(boxed(row(1, self._busy, self._cancel)))
        self._ways.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        head = row(self._state, self._summary, self._ways)
        head.setStretch(1, 1)
        self.setLayout(column(head, self.pages, margins=(ROOMY, SPACE, ROOMY, SPACE)))
        self._set_running(False)
        self.pages.show_empty(
            _("No checks have run yet"),
            _("They look at every runtime and let Seedling answer a question. Nothing leaves this computer."),
        )

    @property
    def results(self) -> list[Checked]:
        return [one.checked for one in self._shown.values()]

    def begin(self) -> None:
        """A run begins; results that it does not bring again go at its end."""
        self._seen = set()
        if not self._shown:
            self.pages.show_loading(_("Checking…"))
        self._busy.setRange(0, 0)
        self._set_running(True)

    def show_progress(self, title: str, number: int, total: int) -> None:
        """Which check runs now."""
        self._busy.setRange(0, total)
        self._busy.setValue(number - 1)
        told = _("Checking {number} of {total}: {title}")
        self._summary.setText(told.format(number=number, total=total, title=_(title)))

    def show_far(self, done: int, total: int) -> None:
        """How far a long check, or a fix, is."""
        self._busy.setToolTip(_("{percent} %").format(percent=done * 100 // max(total, 1)))

    def add(self, checked: Checked) -> None:
        """One result, in the place of the one before it."""
        self._seen.add(checked.id)
        before = self._shown.get(checked.id)
        if before is not None and before.checked == checked:
            return
        self._take(checked.id)
        made: HealthCard | PassedLine
        if checked.result.status == "ok":
            made = PassedLine(checked)
            self._well.addWidget(made)
        else:
            made = HealthCard(checked, self.fix_requested.emit, self.fix_cancelled.emit)
            failed = sum(one.checked.result.status == "fail" for one in self._shown.values())
            self._wrong.insertWidget(failed if checked.result.status == "fail" else -1, made)
        self._shown[checked.id] = made
        self._tell()
        self.pages.show_full()

    def replace(self, checks: Sequence[str], results: Sequence[Checked]) -> None:
        """The results of these checks, and nothing else of them."""
        fresh = {one.id for one in results}
        for id in [one for one in self._shown if one not in fresh and one.partition(".")[0] in checks]:
            self._take(id)
        for one in results:
            self.add(one)
        self._tell()

    def end(self, *, cancelled: bool = False, whole: bool = True) -> None:
        """The run is over. `whole`: it was all checks, so what it did not bring is no more."""
        self._set_running(False)
        if whole and not cancelled:
            for id in [one for one in self._shown if one not in self._seen]:
                self._take(id)
        self._tell(_("Cancelled. ") if cancelled else "")
        if not self._shown:
            self.pages.show_empty(_("No check has finished"), _("Run them again whenever you like."))

    def card(self, id: str) -> HealthCard | None:
        found = self._shown.get(id)
        return found if isinstance(found, HealthCard) else None

    def show_error(self, sentence: Sentence) -> None:
        self._set_running(False)
        self._summary.setText("")
        self.pages.show_error(sentence, self.run_requested.emit)

    def _take(self, id: str) -> None:
        before = self._shown.pop(id, None)
        if before is not None:
            before.hide()
            before.deleteLater()

    def _tell(self, before: str = "") -> None:
        results = self.results
        state = overall(results)
        shape, colour = SIGNS[{"healthy": "ok", "degraded": "warn", "unhealthy": "fail"}[state]]
        self._state.setText(f"{shape}  {overall_words(state)}")
        look_again(self._state, "state", colour)
        self._summary.setText(before + summary(results))
        passed = sum(one.result.status == "ok" for one in results)
        self._passed.setText(
            ngettext("{n} check passed", "{n} checks passed", passed).format(n=passed).upper()
        )
        self._passed.setVisible(bool(passed))

    def _set_running(self, running: bool) -> None:
        self._ways.setCurrentIndex(int(running))


def _scrolled(layout: QVBoxLayout) -> QScrollArea:
    page = boxed(layout)
    page.setProperty("look", "page")
    layout.setContentsMargins(0, 0, TIGHT, 0)
    area = QScrollArea(widgetResizable=True)
    area.setAccessibleName(_("Results of the health checks"))
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area
