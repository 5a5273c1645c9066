"""One prompt or assistant, opened: what it is, its variables, and the text that comes of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QScrollArea, QVBoxLayout, QWidget

from qwendesk.api.problem import Problem
from qwendesk.api.prompts import PromptTemplate
from qwendesk.chat.prompts.assistants import Assistant
from qwendesk.chat.prompts.filling import fill
from qwendesk.ui.dialogs.passage import Passage, is_long
from qwendesk.ui.dialogs.promptfacts import assistant_facts, needs, recommended
from qwendesk.ui.dialogs.promptlist import Source
from qwendesk.ui.dialogs.variableform import VariableForm
from qwendesk.ui.slices import Slices
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.parts import boxed, button, column, label, look_again, row
from qwendesk.words import _
from qwendesk.words.problems import word

_FORM = 220
"""Pixels that a form may be high; above that it scrolls."""
_NARROW = 340
"""Pixels: the height of wrapped text is asked for at this width."""
_SHOWN = 2_000
"""Characters of a text that is too long to be edited here."""


class PromptSheet(QWidget):
    """`changed` after the text has. What is typed into the text stays until another source is shown."""

    changed = Signal()
    much_pasted = Signal()
    """A text that is too long to be edited was not taken."""

    def __init__(self, slices: Slices | None) -> None:
        super().__init__()
        self._slices = slices
        self._filled = ""
        self.source: Source | None = None
        self.form: VariableForm | None = None
        self.title, self.summary = label("", "strong"), label("", "dim", wrap=True)
        self.facts = label("", "small", wrap=True, selectable=True)
        for one in (self.summary, self.facts):
            one.setMinimumWidth(_NARROW)
        self._place = _Area()
        self.edit = Passage(lines=10)
        self.edit.setAccessibleName(_("System prompt"))
        self.edit.setPlaceholderText(_("No system prompt: the model answers as it was trained to."))
        self._named = label("", "small")
        self._named.setBuddy(self.edit)
        self.by_hand = label(_("Changed by hand."), "small")
        self.again = button(_("Fill in again"), "link", self.refill)
        self._hand = boxed(row(self.by_hand, self.again))
        self.recommended = QCheckBox()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(ROOMY)
        layout.addLayout(column(self.title, self.summary, self.facts, space=TIGHT))
        layout.addWidget(self._place)
        head = row(self._named, 1, self._hand, space=SPACE)
        text = column(head, self.edit, space=TIGHT)
        text.setStretch(1, 1)
        layout.addLayout(text, 1)
        layout.addWidget(self.recommended)
        self.edit.textChanged.connect(self._on_text)
        self.edit.much_pasted.connect(lambda _text: self.much_pasted.emit())

    @property
    def text(self) -> str:
        """What stands there; where it is too long to be shown, all of it."""
        return self._filled if self.edit.isReadOnly() else self.edit.toPlainText()

    def show_source(self, source: Source) -> None:
        """Open another one; what was typed into the one before is gone."""
        self.source = source
        self.title.setText(source.title)
        self.summary.setText(source.summary if isinstance(source.thing, PromptTemplate) else "")
        self.summary.setVisible(bool(self.summary.text()))
        is_message = source.kind == "message"
        self._named.setText(_("Message, with its places") if is_message else _("System prompt"))
        self._show_facts()
        self._show_recommended(source)
        self._show_form(source.thing if source.kind == "system" else None)
        self.refill()

    def _show_facts(self, wrong: str = "") -> None:
        """What it needs or brings along, or what its variables lack."""
        thing, words = self.source.thing if self.source is not None else None, wrong
        if isinstance(thing, Assistant):
            words = assistant_facts(thing)
        elif isinstance(thing, PromptTemplate):
            words = wrong or needs(thing)
        look_again(self.facts, "state", "bad" if wrong else "")
        self.facts.setText(words)
        self.facts.setVisible(bool(words))

    def _show_recommended(self, source: Source) -> None:
        told = recommended(source.thing) if source.kind == "system" else ""
        self.recommended.setText(_("Set what it recommends: {what}").format(what=told))
        self.recommended.setChecked(True)
        self.recommended.setVisible(bool(told))

    def _show_form(self, thing: PromptTemplate | Assistant | None) -> None:
        self.form = None
        if (before := self._place.takeWidget()) is not None:
            before.deleteLater()
        if isinstance(thing, PromptTemplate) and thing.variables:
            self.form = VariableForm(thing.variables, self._slices)
            self.form.changed.connect(self._on_values)
            page = boxed(column(self.form, margins=(0, 0, ROOMY, 0)))
            page.setProperty("look", "page")
            self._place.show_page(page)
        self._place.setVisible(self.form is not None)

    def refill(self) -> None:
        """The text as the variables make it; what was typed into it is gone."""
        self._filled = self._made()
        cut = is_long(self._filled)
        self.edit.setReadOnly(cut)
        self.edit.setPlainText(f"{self._filled[:_SHOWN]}…" if cut else self._filled)
        self._on_text()

    def _made(self) -> str:
        source = self.source
        if source is None or self.form is None or not isinstance(source.thing, PromptTemplate):
            return source.text if source is not None else ""
        try:
            text = fill(source.thing, self.form.values())
        except Problem as problem:
            self._show_facts(str(word(problem.note())))
            return source.text
        self._show_facts()
        return text

    def _on_values(self) -> None:
        if self.text == self._filled:
            self.refill()
        else:
            self._filled = self._made()
            self._on_text()

    def _on_text(self) -> None:
        self._hand.setVisible(self.form is not None and self.text != self._filled)
        self.changed.emit()


class _Area(QScrollArea):
    """As high as what is in it, up to a limit."""

    def __init__(self) -> None:
        super().__init__(widgetResizable=True)
        self.setAccessibleName(_("Variables"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_page(self, page: QWidget) -> None:
        page.installEventFilter(self)
        self.setWidget(page)
        self._fit()

    def _fit(self) -> None:
        if (page := self.widget()) is not None:
            self.setFixedHeight(min(_FORM, page.sizeHint().height()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)
