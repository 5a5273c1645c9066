"""The Run dock: which model, with which runtime and options, and how the next reply is sampled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QScrollArea, QVBoxLayout, QWidget

from qwendesk.api.sampling import Sampling
from qwendesk.models.library import Model
from qwendesk.runtimes.state import SessionState
from qwendesk.ui.docks.loadbar import LoadBar
from qwendesk.ui.docks.memorycard import MemoryCard
from qwendesk.ui.docks.runtimecombo import RuntimeCombo
from qwendesk.ui.docks.thinkingform import ThinkingForm
from qwendesk.ui.docks.toolsform import ToolsForm
from qwendesk.ui.slices import Slices
from qwendesk.ui.theme.tokens import GAP, ROOMY, SPACE, WIDE
from qwendesk.ui.widgets.calm import calm
from qwendesk.ui.widgets.optionform import OptionForm
from qwendesk.ui.widgets.parts import column, heading, label
from qwendesk.words import _, figures


class RunView(QWidget):
    """Shows and collects; what a click means is decided by whoever listens."""

    model_picked = Signal(object)
    edited = Signal()

    def __init__(self, memory_bytes: int, thinking: ThinkingForm, tools: ToolsForm, slices: Slices) -> None:
        super().__init__()
        self._slices = slices
        self.setMinimumWidth(280)
        self._models: list[Model] = []
        self.model = QComboBox()
        self.model.setAccessibleName(_("Model"))
        self.model.setPlaceholderText(_("Choose a model"))
        self.model.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        calm(self.model)
        self.runtime = RuntimeCombo()
        self.memory = MemoryCard(memory_bytes)
        self.options: OptionForm | None = None
        self.sampling = OptionForm(Sampling, slices)
        self.caption = label("", "small", wrap=True)
        self.thinking, self.tools = thinking, tools
        self.bar = LoadBar()
        self._options_place = QVBoxLayout()
        self._no_options = label(_("Choose a model to see how it can be loaded."), "dim", wrap=True)
        self._options_place.addWidget(self._no_options)
        self._shown_options: type | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._page = QWidget()
        layout.addWidget(_scrolled(self._page), 1)
        layout.addWidget(self.bar)
        self._fill_page()
        self.model.activated.connect(lambda at: self.model_picked.emit(self._models[at]))
        self.sampling.changed.connect(self.edited)
        self.sampling.completed.connect(self._hold)
        self._hold()
        self.thinking.changed.connect(self.edited)

    def _fill_page(self) -> None:
        """Last of all: Qt dresses what a widget holds anew whenever that gets another parent."""
        parts = [
            _section(_("Model"), self.model, self.runtime, self.memory.card),
            _section(_("Load"), self._options_place),
            _section(_("Sampling"), self.caption, self.sampling),
            _section(_("Thinking"), self.thinking),
            _section(_("Tools"), self.tools),
        ]
        self._page.setLayout(column(*parts, 1, space=GAP - 4, margins=(WIDE, ROOMY, WIDE, ROOMY)))

    def show_models(self, models: Sequence[Model], picked: Model | None) -> None:
        """Fill the list of models."""
        self._models = list(models)
        before = self.model.blockSignals(True)
        self.model.clear()
        for one in models:
            self.model.addItem(f"{one.title} {one.quantization}".strip())
            self.model.setItemData(self.model.count() - 1, _tip(one), Qt.ItemDataRole.ToolTipRole)
        paths = [one.path for one in models]
        self.model.setCurrentIndex(paths.index(picked.path) if picked and picked.path in paths else -1)
        self.model.blockSignals(before)

    def show_sampling(self, model: Model, thinking: bool | None) -> None:
        """The model's own recommendation for this mode becomes the default."""
        recommended = model.sampling_for(thinking)
        self.sampling.set_defaults(asdict(recommended or Sampling()))
        from_card = _("From the model card.")
        general = _("What the Qwen3 model cards recommend without thinking.")
        self.caption.setText(from_card if recommended else general)

    def show_options(self, options: type | None, defaults: Mapping[str, Any]) -> None:
        """The form of a runtime's load options; the same form again keeps what was changed in it."""
        if options is not self._shown_options:
            self._replace_form(options)
        if self.options is not None:
            self.options.set_defaults(defaults)
        self.edited.emit()

    def _replace_form(self, options: type | None) -> None:
        if self.options is not None:
            self._options_place.removeWidget(self.options)
            self.options.deleteLater()
        self.options = OptionForm(options, self._slices) if options else None
        self._shown_options = options
        self._no_options.setVisible(self.options is None)
        if self.options is not None:
            self._options_place.addWidget(self.options)
            self.options.changed.connect(self.edited)
            self.options.completed.connect(self._hold)
            self._hold()

    @property
    def building(self) -> bool:
        """Whether fields are still being made."""
        return self.sampling.building or (self.options is not None and self.options.building)

    def _hold(self) -> None:
        """Nobody sees a form grow: the page is painted again when all of it stands."""
        self._page.setUpdatesEnabled(not self.building)

    def show_state(self, state: SessionState | None) -> None:
        self.bar.show_state(state)
        self.memory.show_state(state)


def _scrolled(page: QWidget) -> QScrollArea:
    page.setProperty("look", "page")
    area = QScrollArea(widgetResizable=True)
    area.setAccessibleName(_("How the model runs"))
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area


def _section(title: str, *parts: Any) -> QVBoxLayout:
    return column(heading(title), *parts, space=SPACE)


def _tip(model: Model) -> str:
    return f"{model.path}\n{figures.size(model.size_bytes)}"
