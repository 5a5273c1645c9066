"""The exact text that a reply was made from, special tokens marked."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from qwendesk.chat.settings import Record
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.ui.theme.style import code_font, colours
from qwendesk.ui.theme.tokens import SMALL
from qwendesk.ui.widgets.parts import button
from qwendesk.words import _

_SPECIAL = re.compile(r"<\|[^|\n]{1,40}\|>|</?(?:think|tool_call|tool_response|tools)>")


class PromptDialog(Dialog):
    """Read only; Copy takes the whole text."""

    def __init__(self, text: str, record: Record | None, parent: QWidget) -> None:
        super().__init__(_("The exact prompt"), parent, width=760)
        if record is not None:
            self.add_text(_about(record), "dim")
        self.view = QPlainTextEdit(readOnly=True)
        self.view.setAccessibleName(_("The exact prompt"))
        self.view.setFont(code_font(SMALL))
        self.view.setMinimumHeight(420)
        self._marks = _Marks(self.view.document())
        self.view.setPlainText(text)
        self.body.addWidget(self.view, 1)
        self.add_buttons(button(_("Copy"), "", self._copy), self.close_button(_("Close")))
        self._text = text

    def _copy(self) -> None:
        from PySide6.QtGui import QGuiApplication

        QGuiApplication.clipboard().setText(self._text)


class _Marks(QSyntaxHighlighter):
    """Special tokens stand out from the text."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._look = QTextCharFormat()
        self._look.setForeground(QColor(colours().accent))
        self._look.setFontWeight(QFont.Weight.DemiBold)

    def highlightBlock(self, text: str) -> None:
        for found in _SPECIAL.finditer(text):
            self.setFormat(found.start(), len(found[0]), self._look)


def _about(record: Record) -> str:
    return _("{model} in {engine} {version}, template {template}").format(
        model=record.model_name,
        engine=record.engine or record.runtime,
        version=record.version,
        template=record.template_sha256[:12] or _("unknown"),
    )
