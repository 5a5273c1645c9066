"""Who takes part in a comparison: its model, and its settings behind a button that says them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QDialog, QFrame, QPushButton, QScrollArea, QSizePolicy, QWidget

from qwendesk.api.messages import Thinking
from qwendesk.api.sampling import Sampling
from qwendesk.chat.comparing.contestant import Contestant
from qwendesk.chat.settings import Settings
from qwendesk.chat.talk import Choice
from qwendesk.models.model import Model
from qwendesk.ui.docks.thinkingform import ThinkingForm
from qwendesk.ui.slices import Slices
from qwendesk.ui.theme.tokens import ROOMY, SPACE, WIDE
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.optionform import OptionForm
from qwendesk.ui.widgets.parts import button, column, heading, label
from qwendesk.words import _
from qwendesk.words.comparing import label as named
from qwendesk.words.comparing import settings

_WIDTH, _HEIGHT = 344, 424


class ContestantForm(QWidget):
    """`changed` when another model or other settings were chosen."""

    changed = Signal()

    def __init__(self, slices: Slices | None) -> None:
        super().__init__()
        self._models: list[Model] = []
        self._given: Contestant | None = None
        self.models = QComboBox()
        self.models.setPlaceholderText(_("Choose a model"))
        self.models.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.models.setAccessibleName(_("Model"))
        calm(self.models)
        self.thinking = ThinkingForm()
        self.thinking.set_value(Thinking())
        self.sampling = OptionForm(Sampling, slices)
        self.popover = _Popover(self, self.thinking, self.sampling)
        self.button = button("", "outline", self._show_popover)
        self.button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setLayout(column(self.models, self.button, space=SPACE))
        self.models.currentIndexChanged.connect(lambda _at: self._on_mode())
        self.thinking.changed.connect(self._on_mode)
        self.sampling.changed.connect(self._tell)
        self._say()

    def show_models(self, models: Sequence[Model], picked: Model | None) -> None:
        """What can be loaded now; what was chosen before stays, else it is `picked`."""
        before = self.model or picked
        self.models.blockSignals(True)
        self._models = list(models)
        self.models.clear()
        self.models.addItems([named(one.title, one.quantization) for one in models])
        paths = [one.path for one in models]
        self.models.setCurrentIndex(paths.index(before.path) if before and before.path in paths else -1)
        self.models.blockSignals(False)
        self._on_mode()

    @property
    def model(self) -> Model | None:
        at = self.models.currentIndex()
        return self._models[at] if 0 <= at < len(self._models) else None

    def contestant(self) -> Contestant | None:
        """As the form says; None without a model."""
        if self.model is None:
            return None
        made = Settings(self.sampling.built(), self.thinking.value())
        if self._given is not None and self._given.choice.model.path == self.model.path:
            return replace(self._given, settings=made)
        return Contestant(named(self.model.title, self.model.quantization), Choice(self.model), made)

    def set_contestant(self, given: Contestant) -> None:
        """Take this one over, with its runtime and load options for as long as its model is chosen."""
        self._given = given
        self.set_settings(given.settings)

    def set_settings(self, made: Settings) -> None:
        """Take these over."""
        self.thinking.set_value(made.thinking)
        self._on_mode()
        self.sampling.set_values(asdict(made.sampling))

    def _on_mode(self) -> None:
        """Cards recommend other numbers with thinking than without; what was changed stays."""
        if self.model is not None:
            usual = self.model.sampling_for(self.thinking.value().on) or Sampling()
            self.sampling.set_defaults(asdict(usual))
        self._tell()

    def _tell(self) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        made = self.contestant()
        words = settings(made) if made is not None else _("Settings")
        words = words[:1].upper() + words[1:]
        self.button.setAccessibleName(_("Settings: {settings}").format(settings=words))
        self.button.setToolTip(words)
        room = self.button.width() - 2 * WIDE
        self.button.setText(self.button.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room))

    def _show_popover(self) -> None:
        self.popover.open_below(self.button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say()


class _Popover(QDialog):
    """The settings, over whatever is below the button. Esc or a click elsewhere closes it."""

    def __init__(self, parent: QWidget, thinking: ThinkingForm, sampling: OptionForm) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._thinking = thinking
        self.setProperty("look", "picker")
        self.setAccessibleName(_("Settings"))
        page = QWidget()
        page.setProperty("look", "page")
        seed = label(_("Without a seed of its own, a column gets the one that all get."), "small", wrap=True)
        parts = (heading(_("Thinking")), thinking, heading(_("Sampling")), seed, sampling)
        area = QScrollArea(widgetResizable=True)
        area.setAccessibleName(_("Settings"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        self.setLayout(column(area, margins=(1, 1, 1, 1)))
        # Last: Qt dresses what a widget holds anew whenever that gets another parent.
        page.setLayout(column(*parts, 1, space=ROOMY, margins=(WIDE, ROOMY, WIDE, ROOMY)))
        self.resize(_WIDTH, _HEIGHT)

    def open_below(self, opener: QPushButton) -> None:
        """Where there is room for all of it."""
        place = opener.mapToGlobal(opener.rect().bottomLeft())
        screen = opener.screen().availableGeometry()
        left = min(place.x(), screen.right() - self.width())
        top = min(place.y() + 4, screen.bottom() - self.height())
        self.move(max(screen.left(), left), max(screen.top(), top))
        self.show()
        self._thinking.mode.setFocus(Qt.FocusReason.PopupFocusReason)
