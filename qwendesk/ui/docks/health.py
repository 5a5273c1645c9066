"""The health checks: run on demand, each with its state as shape and word, a sentence and a fix."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from qwendesk.monitor.health import Checked
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.pages import Pages
from qwendesk.ui.widgets.parts import button, column, framed, label, row
from qwendesk.words import _, ngettext
from qwendesk.words.problems import Sentence, word

_STATES = {"ok": ("✓", "good"), "warn": ("▲", "warn"), "fail": ("✕", "bad")}


class HealthView(QWidget):
    """Shows a run as it goes; starting and stopping it is asked for by signals."""

    run_requested = Signal()
    cancel_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._results: list[Checked] = []
        self._run = button(_("Run checks"), "primary", self.run_requested.emit)
        self._cancel = button(_("Cancel"), "", self.cancel_requested.emit)
        self._summary = label("", "dim")
        self._busy = QProgressBar(maximum=0, textVisible=False)
        self._busy.setFixedWidth(120)
        self._busy.setAccessibleName(_("Checks are running"))
        self._cards = QVBoxLayout()
        self._cards.setSpacing(SPACE)
        self.pages = Pages(_scrolled(self._cards))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(ROOMY, SPACE, ROOMY, SPACE)
        layout.setSpacing(SPACE)
        layout.addLayout(row(self._summary, self._busy, 1, self._cancel, self._run))
        layout.addWidget(self.pages, 1)
        self._set_running(False)
        self.pages.show_empty(
            _("No checks have run yet"),
            _("They look at every runtime and let Seedling answer a question. Nothing leaves this computer."),
        )

    def begin(self) -> None:
        """A run begins: the old results go."""
        self._results = []
        while item := self._cards.takeAt(0):
            if (card := item.widget()) is not None:
                card.deleteLater()
        self._cards.addStretch(1)
        self._summary.setText(_("Checking…"))
        self.pages.show_loading(_("Checking…"))
        self._set_running(True)

    def add(self, checked: Checked) -> None:
        """One result."""
        self._results.append(checked)
        self._cards.insertWidget(self._cards.count() - 1, _card(checked))
        self._summary.setText(_("Checking, {summary}").format(summary=summary(self._results)))
        self.pages.show_full()

    def end(self, *, cancelled: bool = False) -> str:
        """The run is over; returns its summary."""
        self._set_running(False)
        text = summary(self._results)
        self._summary.setText(_("Cancelled, {summary}").format(summary=text) if cancelled else text)
        if not self._results:
            self.pages.show_empty(_("No check has finished"), _("Run them again whenever you like."))
        return text

    def show_error(self, sentence: Sentence) -> None:
        self._set_running(False)
        self._summary.setText("")
        self.pages.show_error(sentence, self.run_requested.emit)

    def _set_running(self, running: bool) -> None:
        self._busy.setVisible(running)
        self._cancel.setVisible(running)
        self._run.setVisible(not running)


def summary(results: list[Checked]) -> str:
    """ "12 checks passed", or how many did not."""
    count = {state: sum(one.result.status == state for one in results) for state in _STATES}
    passed = ngettext("{n} check passed", "{n} checks passed", count["ok"]).format(n=count["ok"])
    worse = [
        ngettext("{n} warning", "{n} warnings", count["warn"]).format(n=count["warn"])
        if count["warn"]
        else "",
        ngettext("{n} failed", "{n} failed", count["fail"]).format(n=count["fail"]) if count["fail"] else "",
    ]
    return ", ".join([passed, *(part for part in worse if part)])


def _card(checked: Checked) -> QFrame:
    shape, state = _STATES[checked.result.status]
    words = {"ok": _("OK"), "warn": _("Warning"), "fail": _("Failed")}
    sentence = word(checked.result.sentence)
    fix = word(checked.result.fix).what if checked.result.fix else sentence.next
    sign = label(f"{shape}  {words[checked.result.status]}", "strong")
    sign.setProperty("state", state)
    sign.setFixedWidth(92)
    sign.setAlignment(Qt.AlignmentFlag.AlignTop)
    lines: list[QWidget] = [
        label(_(checked.title), "strong"),
        label(sentence.what, "", wrap=True, selectable=True),
    ]
    if fix:
        lines.append(label(fix, "dim", wrap=True, selectable=True))
    text = column(*lines, space=TIGHT)
    card = framed(row(sign, text, margins=(ROOMY, SPACE, ROOMY, SPACE)))
    text.setStretch(0, 0)
    card.layout().setStretch(1, 1)  # type: ignore[union-attr]
    card.setAccessibleName(f"{_(checked.title)}: {words[checked.result.status]}. {sentence.what} {fix}")
    return card


def _scrolled(layout: QVBoxLayout) -> QScrollArea:
    page = QWidget()
    page.setProperty("look", "page")
    layout.setContentsMargins(0, 0, TIGHT, 0)
    page.setLayout(layout)
    area = QScrollArea(widgetResizable=True)
    area.setAccessibleName(_("Results of the health checks"))
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area
