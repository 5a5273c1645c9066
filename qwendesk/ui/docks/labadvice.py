"""The lab's advice on top of its results: which model to keep, why, and what is left open."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame

from qwendesk.lab.report.report import Report
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.parts import column, label
from qwendesk.words import _, labrun
from qwendesk.words.problems import word


class LabAdvice(QFrame):
    """The sentence, and in small print what to know about it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.sentence = label("", "strong", wrap=True, selectable=True)
        self.more = label("", "small", wrap=True, selectable=True)
        self.setLayout(column(self.sentence, self.more, space=TIGHT, margins=(ROOMY, SPACE, ROOMY, SPACE)))

    def show_report(self, report: Report) -> None:
        """Its advice."""
        words = report.labels
        told = [*words.doubts(report.advice), *(str(word(one)) for one in report.table.notes)]
        against = _basis(report)
        self.sentence.setText(words.advice(report.advice))
        self.sentence.setToolTip(words.meanings.get("budget", ""))
        self.more.setText(" ".join([*([against] if against else []), *told]))
        self.more.setVisible(bool(self.more.text()))
        self.setAccessibleName(f"{self.sentence.text()} {self.more.text()}".strip())


def _basis(report: Report) -> str:
    """What the drift was measured against, and on what."""
    table = report.table
    scored = max((one.scored for one in table.lines), default=0)
    if not table.reference or not scored:
        return ""
    names = {one.sha256: labrun.text(one.name) for one in table.texts}
    texts = ", ".join(names.get(one, one[:8]) for one in table.shared)
    told = _("Mean KL divergence from {reference} over {scored} tokens of {texts}, ± 95 %.")
    return told.format(reference=table.reference, scored=f"{scored:,}", texts=texts)
