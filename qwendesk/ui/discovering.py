"""The window's side of Discover: the catalogue at once, the hub when asked, files, cards and pulls."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QSize, QTimer

from qwendesk.api.problem import Problem
from qwendesk.api.sources import Listing, RemoteModel, Sort
from qwendesk.app import App
from qwendesk.models import discovery
from qwendesk.models.cardtext import card_text
from qwendesk.models.catalog import catalogue
from qwendesk.models.discovery import Find, Offer, Shown
from qwendesk.models.prospect import Space
from qwendesk.ui.background import Background, Task
from qwendesk.ui.docks.discover import DiscoverView
from qwendesk.ui.docks.sight import Sight
from qwendesk.ui.downloading import Downloading
from qwendesk.ui.window import Window
from qwendesk.words.problems import word

_AFTER_MS = 120
_MOST = 100
_LARGE = QSize(1040, 720)
_EVERYTHING = "qwen"
_SORTS: dict[str, Sort] = {"downloads": "downloads", "new": "updated"}


class Discovering(QObject):
    """Every question is answered elsewhere; of two about the same, only the later one is."""

    def __init__(
        self, window: Window, app: App, background: Background, view: DiscoverView, downloading: Downloading
    ) -> None:
        super().__init__(window)
        self._window, self._app, self._background, self._view = window, app, background, view
        self._downloading = downloading
        self._finds: list[Find] = []
        self._hub = ""
        self._begun = False
        self._asking: Task | None = None
        self._sifting: Task | None = None
        self._opening: Task | None = None
        self._here: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._soon.timeout.connect(self.sift)
        self._sight = Sight(window.docks["discover"])
        self._connect()

    def _connect(self) -> None:
        view = self._view
        self._sight.changed.connect(lambda on: self.begin() if on else None)
        if self._sight.on:
            self.begin()
        view.form.changed.connect(self._soon.start)
        view.form.search_requested.connect(self.search)
        view.catalogue_requested.connect(self._on_back)
        view.cancel_requested.connect(self.show_catalogue)
        view.large_requested.connect(self.show_large)
        view.opened.connect(self.open)
        view.offers.asked.connect(self._on_asked)
        view.offers.files_requested.connect(self.ask_files)
        view.offers.card_requested.connect(self.ask_card)
        view.offers.cancel_requested.connect(self._on_files_cancelled)
        self._downloading.changed.connect(self.tell_states)

    def begin(self) -> None:
        """Show the catalogue, once somebody looks: at the start others need the time. No request is made."""
        if self._begun:
            return
        self._begun = True
        self._view.form.show_hubs(self._app.sources.hubs)

        def read() -> list[tuple[str, str]]:
            offered = {one.family.id for one in discovery.offered() if one.family is not None}
            return [(one.name, one.id) for one in reversed(catalogue().families) if one.id in offered]

        self._background.run(read, self._view.form.show_families, self._on_failed)
        self.show_catalogue()

    def _on_back(self) -> None:
        """What was asked of the hub is no wish to the catalogue."""
        self._view.form.field.clear()
        self.show_catalogue()

    def show_catalogue(self) -> None:
        """The built-in catalogue, in place of what a hub said."""
        self._stop_asking()
        self._background.run(discovery.offered, self._on_catalogue, self._on_failed)

    def _on_catalogue(self, finds: list[Find]) -> None:
        self._finds, self._hub = finds, ""
        self.sift()

    def sift(self) -> None:
        """Show what the form leaves of what was found."""
        if self._sifting is not None:
            self._sifting.cancel()
        finds, wish, hub = list(self._finds), self._view.form.wish(), self._hub

        def work() -> list[Shown]:
            return discovery.shown(finds, wish, self._space())

        more = bool(hub) and len(finds) >= _MOST
        done = partial(self._view.show_found, hub=hub, more=more)
        self._sifting = self._background.run(work, done, self._on_failed)

    def _space(self) -> Space:
        return self._app.space()

    def search(self) -> None:
        """Ask the hub for what is typed."""
        self._stop_asking()
        form, wish = self._view.form, self._view.form.wish()
        id, sort = form.hub_id, _SORTS.get(wish.order, "relevance")
        self._view.show_searching(form.hub_title)

        def ask() -> tuple[str, list[RemoteModel]]:
            source, hub = self._app.sources.hub(id)
            return source, list(hub.search(wish.text or _EVERYTHING, sort=sort, limit=_MOST))

        self._asking = self._background.run(ask, self._on_answered, self._on_failed)

    def _on_answered(self, answer: tuple[str, list[RemoteModel]]) -> None:
        source, models = answer
        self._background.run(partial(discovery.answered, source, models), self._on_known, self._on_failed)

    def _on_known(self, finds: list[Find]) -> None:
        self._finds, self._hub = finds, self._view.form.hub_title
        self.sift()

    def _stop_asking(self) -> None:
        for task in (self._asking, self._sifting):
            if task is not None:
                task.cancel()

    def _on_failed(self, problem: Problem) -> None:
        self._view.show_error(word(problem.note()))

    def open(self, find: Find) -> None:
        """Show a model's files: those that the catalogue knows, or what the hub that named it lists."""
        if self._opening is not None:
            self._opening.cancel()
        self._opening = self._background.run(
            lambda: discovery.offers(find, self._space()), partial(self._on_offers, find), self._on_failed
        )

    def _on_offers(self, find: Find, offers: list[Offer]) -> None:
        self._view.show_find(find, offers if not find.source else [])
        self.tell_states()
        if find.source:
            self.ask_files()

    def ask_files(self) -> None:
        """Ask the hub which files there are."""
        find = self._view.offers.subject
        if find is None:
            return
        id, repo = find.source or self._view.form.hub_id, _repo(find)
        self._view.offers.show_files_loading(self._view.form.hub_title)

        def ask() -> list[Offer]:
            listing: Listing = self._app.sources.hub(id)[1].list_files(repo)
            return discovery.listed(Find(repo, id or "", find.family, find.entry), listing, self._space())

        if self._opening is not None:
            self._opening.cancel()
        self._opening = self._background.run(
            ask,
            lambda offers: self._view.offers.show_listed(offers, self._view.form.hub_title),
            lambda problem: self._view.offers.show_files_error(word(problem.note())),
        )

    def _on_files_cancelled(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
        self._view.show_list()

    def ask_card(self) -> None:
        """Ask the hub for the model's card, and show its words."""
        find, offers = self._view.offers.subject, self._view.offers
        if find is None:
            return
        id, form = find.source or self._view.form.hub_id, self._view.form
        offers.show_card_loading(form.hub_title)

        def ask() -> str:
            return card_text(self._app.sources.hub(id)[1].model_card(find.repo))

        def show(text: str) -> None:
            if offers.subject is find:
                offers.show_card(text)

        self._background.run(ask, show, lambda problem: offers.show_card_error(word(problem.note())))

    def _on_asked(self, what: str, offer: Offer) -> None:
        find = self._view.offers.subject
        match what:
            case "pull":
                source = (find.source if find is not None else "") or self._view.form.hub_id
                self._downloading.pull(offer.name, source)
            case "downloads":
                self._window.docks["downloads"].focus_body()
            case "talk":
                self._downloading.named_requested.emit(offer.name)

    def show_here(self, names: set[str]) -> None:
        """Names of the models that are on this computer."""
        self._here = names
        self.tell_states()

    def tell_states(self) -> None:
        coming = {one.name: "coming" for one in self._downloading.pulls if one.state != "done"}
        self._view.offers.show_states({**dict.fromkeys(self._here, "here"), **coming})

    def find(self) -> None:
        """Bring the search field to the front."""
        dock = self._window.docks["discover"]
        dock.show()
        dock.raise_()
        self._view.show_list()
        self._view.form.field.setFocus()
        self._view.form.field.selectAll()

    def show_family(self, id: str) -> None:
        """Only this family of the catalogue, in front."""
        self.find()
        self._stop_asking()
        form = self._view.form
        form.clear()
        form.choose_family(id)
        self.show_catalogue()

    def show_large(self) -> None:
        """The dock as a window of its own, wide enough for the list beside the model."""
        dock = self._window.docks["discover"]
        dock.setFloating(True)
        dock.resize(_LARGE)
        dock.focus_body()


def _repo(find: Find) -> str:
    """Where its files are: for a model of the catalogue, the makers' own GGUF files if there are any."""
    if find.source or find.entry is None:
        return find.repo
    published = sorted(find.entry.gguf, key=lambda one: not one.official)
    return published[0].repo if published else find.repo
