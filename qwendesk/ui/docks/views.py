"""The bodies of all docks, made once the engine room is open."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass

from qwendesk.ui.docks.chats import ChatsView
from qwendesk.ui.docks.details import DetailsView
from qwendesk.ui.docks.discover import DiscoverView
from qwendesk.ui.docks.dock import Dock
from qwendesk.ui.docks.downloads import DownloadsView
from qwendesk.ui.docks.engines import EnginesView
from qwendesk.ui.docks.health import HealthView
from qwendesk.ui.docks.history import HistoryView
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
from qwendesk.ui.slices import Slices


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
    engines: EnginesView
    network: NetworkView
    log: LogView


def filling(docks: Mapping[str, Dock], memory_bytes: int, slices: Slices) -> Generator[None, None, Views]:
    """Make every body and put it into its dock, one after the other, those on top first."""
    docks["chats"].set_body(chats := ChatsView())
    yield
    card = ModelCard()
    yield
    docks["library"].set_body(library := LibraryView(card))
    yield
    thinking = ThinkingForm()
    yield
    tools = ToolsForm()
    yield
    run = RunView(memory_bytes, thinking, tools, slices)
    yield
    docks["run"].set_body(run)
    yield
    docks["monitor"].set_body(monitor := MonitorView())
    yield
    docks["history"].set_body(history := HistoryView())
    yield
    docks["health"].set_body(health := HealthView())
    yield
    form = WishForm()
    yield
    offers = OffersView()
    yield
    discover = DiscoverView(form, offers)
    yield
    docks["discover"].set_body(discover)
    yield
    docks["details"].set_body(details := DetailsView())
    yield
    docks["downloads"].set_body(downloads := DownloadsView())
    yield
    docks["engines"].set_body(engines := EnginesView())
    yield
    docks["network"].set_body(network := NetworkView())
    yield
    docks["log"].set_body(log := LogView())
    yield
    below = (monitor, history, health, downloads, engines, network, log)
    return Views(chats, library, discover, run, details, *below)
