"""What to look for: words, family, size, quantization, what fits, and the order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from qwendesk.api.sources import SourceSpec
from qwendesk.models.discovery import Wish
from qwendesk.ui.theme.tokens import SPACE
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.optionfields import said
from qwendesk.ui.widgets.parts import button, row
from qwendesk.ui.widgets.search import search_field
from qwendesk.words import _

_QUANTS = ("Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0", "Q3_K_M", "Q2_K", "IQ4_XS", "UD-Q4_K_XL", "F16", "BF16")


class WishForm(QWidget):
    """`changed` with every change; `search_requested` when the hub shall be asked."""

    changed = Signal()
    search_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field = search_field(_("Search for models"))
        self.field.setPlaceholderText(_("Search models"))
        self.field.textChanged.connect(lambda _text: self.changed.emit())
        self.field.returnPressed.connect(self.search_requested)
        self.ask = button(_("Ask hub"), "primary", self.search_requested.emit)
        self._wanted_family = ""
        self.family = _combo(_("Family"), [(_("Family"), "")])
        self.scale = _combo(_("Size"), _sizes())
        self.quant = _combo(_("Quantization"), [(_("Quantization"), ""), *((one, one) for one in _QUANTS)])
        self.order = _combo(_("Order"), _orders())
        self.hub = _combo(_("Hub"), [])
        self.hub.setVisible(False)
        self.fits = QCheckBox(_("Fits here"))
        self.fits.setToolTip(
            _("Only what fits the memory and the disk of this computer, as far as that is known.")
        )
        for combo in (self.family, self.scale, self.quant, self.order):
            combo.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self.fits.toggled.connect(lambda _on: self.changed.emit())
        self.hub.currentIndexChanged.connect(lambda _at: self._tell_hub())
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE)
        head = row(self.field, self.ask)
        head.setStretch(0, 1)
        grid.addLayout(head, 0, 0, 1, 2)
        for place, one in enumerate((self.family, self.scale, self.quant, self.order)):
            grid.addWidget(one, 1 + place // 2, place % 2)
        foot = row(self.fits, self.hub)
        foot.setStretch(1, 1)
        grid.addLayout(foot, 3, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def show_families(self, families: list[tuple[str, str]]) -> None:
        """Names and ids."""
        for name, id in families:
            self.family.addItem(name, id)
        self.choose_family(self._wanted_family)

    def choose_family(self, id: str) -> None:
        """Only this family, also where the families come later; nothing where it is not in the list."""
        self._wanted_family = id
        self.family.setCurrentIndex(max(0, self.family.findData(id)))

    def show_hubs(self, hubs: tuple[SourceSpec, ...]) -> None:
        """Which hub is asked; with only one there is nothing to choose."""
        for one in hubs:
            self.hub.addItem(said(one.title), one.id)
        self.hub.setVisible(len(hubs) > 1)
        self._tell_hub()

    def _tell_hub(self) -> None:
        title = self.hub.currentText() or _("the hub")
        self.ask.setToolTip(_("Search on {hub}. This sends your words there.").format(hub=title))

    @property
    def hub_title(self) -> str:
        return self.hub.currentText()

    @property
    def hub_id(self) -> str | None:
        id: str | None = self.hub.currentData()
        return id

    def wish(self) -> Wish:
        return Wish(
            self.field.text().strip(),
            self.family.currentData() or "",
            self.scale.currentData(),
            self.quant.currentData() or "",
            self.fits.isChecked(),
            self.order.currentData(),
        )

    def clear(self) -> None:
        """Everything again."""
        self.field.clear()
        self.fits.setChecked(False)
        for combo in (self.family, self.scale, self.quant):
            combo.setCurrentIndex(0)


def _combo(name: str, items: list[tuple[str, Any]]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setMinimumContentsLength(6)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    calm(made)
    for title, data in items:
        made.addItem(title, data)
    return made


def _sizes() -> list[tuple[str, tuple[float, float] | None]]:
    return [
        (_("Size"), None),
        (_("Up to 2B"), (0.0, 2.3)),
        (_("2B to 5B"), (2.0, 5.0)),
        (_("5B to 10B"), (5.0, 10.0)),
        (_("10B to 36B"), (10.0, 36.0)),
        (_("Over 36B"), (36.0, 1e9)),
    ]


def _orders() -> list[tuple[str, str]]:
    return [
        (_("Best here"), "best"),
        (_("Newest"), "new"),
        (_("Smallest"), "small"),
        (_("Largest"), "large"),
        (_("Popular"), "downloads"),
    ]
