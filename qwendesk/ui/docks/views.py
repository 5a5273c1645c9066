"""The bodies of all docks, made once the engine room is open."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from qwendesk.ui.docks.chats import ChatsView
from qwendesk.ui.docks.details import DetailsView
from qwendesk.ui.docks.discover import DiscoverView
from qwendesk.ui.docks.dock import Dock
from qwendesk.ui.docks.downloads import DownloadsView
from qwendesk.ui.docks.engines import EnginesView
from qwendesk.ui.docks.health import HealthView
from qwendesk.ui.docks.history import HistoryView
from qwendesk.ui.docks.lab import LabView
from qwendesk.ui.docks.labcharts import ContextCard, FrontCard
from qwendesk.ui.docks.labtable import LabTable
from qwendesk.ui.docks.library import LibraryView
from qwendesk.ui.docks.log import LogView
from qwendesk.ui.docks.modelcard import ModelCard
from qwendesk.ui.docks.monitor import MonitorView
from qwendesk.ui.docks.network import NetworkView
from qwendesk.ui.docks.offers import OffersView
from qwendesk.ui.docks.run import RunView
from qwendesk.ui.docks.thinkingform import ThinkingForm
from qwendesk.ui.docks.toolsform import ToolsForm
from qwendesk.ui.docks.wishform import WishForm
from qwendesk.ui.slices import TURN, Slices

Body = TypeVar("Body", bound=QWidget)


@dataclass(frozen=True, slots=True)
class Views:
    """One for each dock."""

    chats: ChatsView
    library: LibraryView
    discover: DiscoverView
    run: RunView
    details: DetailsView
    monitor: MonitorView
    history: HistoryView
    health: HealthView
    downloads: DownloadsView
    lab: LabView
    engines: EnginesView
    network: NetworkView
    log: LogView


def filling(docks: Mapping[str, Dock], memory_bytes: int, slices: Slices) -> Generator[None, None, Views]:
    """Make every body and put it into its dock, one after the other, those on top first."""
    chats = yield from _put(docks["chats"], ChatsView())
    card = ModelCard()
    yield
    library = yield from _put(docks["library"], LibraryView(card))
    thinking = ThinkingForm()
    yield
    tools = ToolsForm()
    yield
    run = yield from _put(docks["run"], RunView(memory_bytes, thinking, tools, slices))
    monitor = yield from _put(docks["monitor"], MonitorView())
    history = yield from _put(docks["history"], HistoryView())
    health = yield from _put(docks["health"], HealthView())
    form = WishForm()
    yield
    offers = OffersView()
    yield
    discover = yield from _put(docks["discover"], DiscoverView(form, offers))
    details = yield from _put(docks["details"], DetailsView())
    downloads = yield from _put(docks["downloads"], DownloadsView())
    table = LabTable()
    yield
    front = FrontCard()
    yield
    context = ContextCard()
    yield
    lab = yield from _put(docks["lab"], LabView(table, front, context))
    engines = yield from _put(docks["engines"], EnginesView())
    network = yield from _put(docks["network"], NetworkView())
    log = yield from _put(docks["log"], LogView())
    below = (monitor, history, health, downloads, lab, engines, network, log)
    return Views(chats, library, discover, run, details, *below)


def _put(dock: Dock, body: Body) -> Generator[None, None, Body]:
    """A body that is made by now goes into its dock, and is laid out before the next one is made."""
    yield
    dock.set_body(body)
    yield TURN
    return body
