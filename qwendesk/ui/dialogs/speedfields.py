"""At what speed is measured: lengths, how much stands in the cache before, and how the model is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from qwendesk.api.llama import CACHE_PAIRS
from qwendesk.lab.benchplan import Grid
from qwendesk.ui.theme.tokens import ROOMY, SPACE, TIGHT
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.parts import boxed, column, label
from qwendesk.words import _
from qwendesk.words.lists import numbers, words

T = TypeVar("T")
_COLUMNS = 4
_MOST_BATCH, _MOST_THREADS, _MOST_ROUNDS = 64, 512, 10_000


class SpeedFields(QWidget):
    """Numbers with commas between them are all measured, in every combination."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(ROOMY)
        self._grid.setVerticalSpacing(SPACE)
        own = _("automatic")
        self.prompts = self._line(_("Prompt, tokens"), "512")
        self.decodes = self._line(_("Reply, tokens"), "128")
        self.depths = self._line(_("In the cache before, tokens"), "0")
        self.batches = self._line(_("Requests at once"), "1")
        self.threads = self._line(_("Threads"), "", own)
        self.caches = self._line(_("KV cache type"), "", own)
        self.caches.setToolTip(_("q8_0, or q8_0/f16 for keys and values apart."))
        self.flash = QComboBox()
        calm(self.flash)
        for title, data in ((own, ""), (_("On"), "on"), (_("Off"), "off"), (_("On and off"), "on,off")):
            self.flash.addItem(title, data)
        self._add(_("Flash attention"), self.flash)
        self.rounds = self._line(_("Rounds"), "5")
        self.rounds.setToolTip(_("How often everything is measured; the median counts."))

    def _line(self, title: str, text: str, empty: str = "") -> QLineEdit:
        made = QLineEdit(text, placeholderText=empty)
        made.setMinimumWidth(64)
        self._add(title, made)
        return made

    def _add(self, title: str, field: QWidget) -> None:
        field.setAccessibleName(title)
        place = self._grid.count()
        self._grid.addWidget(
            boxed(column(label(title, "small"), field, space=TIGHT)), place // _COLUMNS, place % _COLUMNS
        )
        self._grid.setColumnStretch(place % _COLUMNS, 1)

    @property
    def grid(self) -> Grid:
        """What is filled in. Raises ValueError with a sentence, and the field has the focus."""
        found = Grid(
            prompts=self._read(self.prompts, lambda text: numbers(text, 0)),
            decodes=self._read(self.decodes, lambda text: numbers(text, 0)),
            depths=self._read(self.depths, lambda text: numbers(text, 0)),
            batches=self._read(self.batches, lambda text: numbers(text, 1, _MOST_BATCH)),
            threads=self._read(self.threads, lambda text: numbers(text, 1, _MOST_THREADS), ()),
            cache_types=self._read(self.caches, lambda text: words(text, CACHE_PAIRS), ()),
            flash_attentions=tuple(str(self.flash.currentData()).split(","))
            if self.flash.currentData()
            else (),
            repetitions=self._read(self.rounds, _one_number)[0],
        )
        if found.is_empty:
            self.prompts.setFocus()
            raise ValueError(_("There is nothing to measure: give the prompt or the reply a length."))
        return found

    @staticmethod
    def _read(
        field: QLineEdit, read: Callable[[str], tuple[T, ...]], empty: tuple[T, ...] | None = None
    ) -> tuple[T, ...]:
        text = field.text().strip()
        if not text and empty is not None:
            return empty
        try:
            return read(text)
        except ValueError as error:
            field.setFocus()
            raise ValueError(f"{field.accessibleName()}: {error}") from error


def _one_number(text: str) -> tuple[int, ...]:
    found = numbers(text, 1, _MOST_ROUNDS)
    if len(found) > 1:
        raise ValueError(_("One number is wanted here."))
    return found
