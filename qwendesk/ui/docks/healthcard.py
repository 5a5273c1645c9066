"""A result of a health check: a card where something is wrong, one line where all is well."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from qwendesk.monitor.health import Checked
from qwendesk.ui.theme.tokens import GAP, ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.fold import Fold
from qwendesk.ui.widgets.parts import boxed, button, column, label, row
from qwendesk.words import _
from qwendesk.words.health import advice
from qwendesk.words.health import label as fix_label
from qwendesk.words.problems import Sentence, word

SIGNS = {"ok": ("✓", "good"), "warn": ("▲", "warn"), "fail": ("✕", "bad")}
_SIGN_WIDTH = 92
Act = Callable[[Checked], None]


def question(checked: Checked) -> str:
    """The check's question, and what it is about where it is asked of several things."""
    subject = checked.result.subject
    return f"{_(checked.title)} · {subject}" if subject else _(checked.title)


class HealthCard(QFrame):
    """What is wrong, what to do, and a button where that can be done here."""

    def __init__(self, checked: Checked, act: Act, cancel: Callable[[], None]) -> None:
        super().__init__()
        self.checked = checked
        self.setProperty("look", "card")
        result = checked.result
        self._what = label(word(result.sentence).what, "", wrap=True, selectable=True)
        self._next = label(advice(result), "dim", wrap=True, selectable=True)
        self._next.setVisible(bool(advice(result)))
        text = column(label(question(checked), "strong", wrap=True), self._what, self._next, space=TIGHT)
        if result.detail:
            told = (label(str(word(one)), "dim", wrap=True, selectable=True) for one in result.detail)
            text.addWidget(Fold(_("Details"), boxed(column(*told, space=TIGHT))))
        whole = row(_sign(checked), text, space=ROOMY, margins=(ROOMY, SPACE, ROOMY, SPACE))
        whole.setStretch(1, 1)
        self.fix = button(fix_label(result.fix), "", lambda: act(checked)) if result.fix else None
        self._cancel = button(_("Cancel"), "", cancel)
        for one in (self.fix, self._cancel):
            if one is not None:
                whole.addWidget(one, 0, Qt.AlignmentFlag.AlignTop)
        self._cancel.hide()
        self.setLayout(whole)
        self._name()

    def _name(self) -> None:
        told = (question(self.checked), _word(self.checked), self._what.text(), self._next.text())
        self.setAccessibleName(". ".join(part for part in told if part))

    def show_mending(self, far: str | None) -> None:
        """How far the fix is; None once it has ended."""
        if self.fix is not None:
            self.fix.setVisible(far is None)
        self._cancel.setVisible(far is not None)
        if far is not None:
            self._next.setText(far or _("Under way…"))
            self._next.show()

    def show_outcome(self, sentence: Sentence) -> None:
        """What the fix did, or why it could not."""
        self.show_mending(None)
        self._what.setText(sentence.what)
        self._next.setText(sentence.next)
        self._next.setVisible(bool(sentence.next))
        self._name()


class PassedLine(QWidget):
    """A check that found nothing."""

    def __init__(self, checked: Checked) -> None:
        super().__init__()
        self.checked = checked
        sentence = str(word(checked.result.sentence).what)
        sign = label(SIGNS["ok"][0])
        sign.setProperty("state", "good")
        sign.setFixedWidth(GAP)
        whole = row(
            sign, label(question(checked), "", wrap=True), label(sentence, "dim", wrap=True), space=SPACE
        )
        whole.setContentsMargins(ROOMY, 0, ROOMY, 0)
        whole.setStretch(1, 2)
        whole.setStretch(2, 3)
        self.setLayout(whole)
        self.setAccessibleName(f"{question(checked)}. {_word(checked)}. {sentence}")


def _sign(checked: Checked) -> QLabel:
    shape, state = SIGNS[checked.result.status]
    made = label(f"{shape}  {_word(checked)}", "strong")
    made.setProperty("state", state)
    made.setFixedWidth(_SIGN_WIDTH)
    made.setAlignment(Qt.AlignmentFlag.AlignTop)
    return made


def _word(checked: Checked) -> str:
    return {"ok": _("OK"), "warn": _("Warning"), "fail": _("Failed")}[checked.result.status]
