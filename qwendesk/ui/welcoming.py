"""The first page's ways: Seedling, the advised model, what is here already. It asks nobody outside."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.models.advisor.wish import Advice, Pick, Wish
from qwendesk.models.entry import LibraryEntry
from qwendesk.models.neighbours import Neighbour
from qwendesk.ui.background import Background
from qwendesk.ui.chat.firstrun import FirstRun
from qwendesk.ui.slices import Work
from qwendesk.ui.window import Window
from qwendesk.words import _, figures, ngettext
from qwendesk.words.problems import word

SETTING = "window.welcomed"
_AFTER_MS = 700
_LOADING = ("starting", "loading")


class Welcoming(QObject):
    """There until one of the ways was gone, or a model is here that did not come with QwenDesk."""

    pull_requested = Signal(str)
    adopt_requested = Signal()
    open_requested = Signal()

    def __init__(self, window: Window, app: App, background: Background) -> None:
        super().__init__(window)
        self._window, self._app, self._background = window, app, background
        self._over = app.settings.switch(SETTING)
        self._pick: Pick | None = None
        self._found: list[Neighbour] = []
        self.page: FirstRun | None = None
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._soon.timeout.connect(self._advise)

    def see(self, entries: list[LibraryEntry]) -> None:
        """What the library has: with a model of one's own there is nothing to choose any more."""
        if self._over:
            return
        if any(not one.model.bundled for one in entries):
            self.leave()
        elif self.page is None:
            self._window.slices.begin(self, self._begin())

    def _begin(self) -> Work:
        if self._over or self.page is not None:
            return
        page = FirstRun()
        yield
        self._show(page)

    def _show(self, page: FirstRun) -> None:
        self.page = page
        self.page.seedling.chosen.connect(self._on_seedling)
        self.page.advised.chosen.connect(self._on_advised)
        self.page.existing.chosen.connect(self._on_existing)
        self.page.advised.show_loading(_("Looking at memory, disk and speed of this computer…"))
        self.page.existing.show_loading(_("Looking into the folders of LM Studio, Ollama and others…"))
        self._window.chat.set_first_page(self.page)
        self._soon.start()

    def _advise(self) -> None:
        """The first time in a home that measures the memory's speed: a model that loads would spoil it."""
        if self._over:
            return
        if any(one.state.phase in _LOADING for one in self._app.runtimes.sessions()):
            self._soon.start()
            return
        self._background.run(lambda: self._app.advisor.advise(Wish()), self._on_advice, self._on_no_advice)

    def _look_around(self) -> None:
        """One after the other: the window and a loading model want the processor, too."""
        self._background.run(self._app.neighbours.found, self._on_found, self._on_not_found)

    def _on_advice(self, advice: Advice) -> None:
        self._look_around()
        if self.page is None:
            return
        self._pick = next(iter(advice.picks), None)
        if self._pick is not None:
            show_pick(self.page, self._pick)
        elif advice.nothing is not None:
            self.page.advised.show_problem(word(advice.nothing))

    def _on_no_advice(self, problem: Problem) -> None:
        self._look_around()
        if self.page is not None:
            self.page.advised.show_problem(word(problem.note()))

    def _on_found(self, found: list[Neighbour]) -> None:
        self._found = [one for one in found if not one.known]
        if self.page is not None:
            show_found(self.page, self._found)

    def _on_not_found(self, problem: Problem) -> None:
        if self.page is not None:
            self.page.existing.show_problem(word(problem.note()))

    def _on_seedling(self) -> None:
        self.leave()
        self._window.chat.focus_composer()

    def _on_advised(self) -> None:
        if self._pick is not None:
            self.pull_requested.emit(self._pick.name)
            self._window.docks["downloads"].focus_body()
            self.leave()

    def _on_existing(self) -> None:
        if self._found:
            self.adopt_requested.emit()
            self._window.docks["library"].focus_body()
            self.leave()
        else:
            self.open_requested.emit()

    def leave(self) -> None:
        """The page has done its work, for good."""
        self._over = True
        if self.page is not None:
            self._window.chat.set_first_page(None)
            self.page = None
        save = self._app.settings.set
        self._background.run(lambda: save(SETTING, True), lambda _: None, lambda _: None)


def show_pick(page: FirstRun, pick: Pick) -> None:
    """The advised model: name, size, memory, expected speed, why."""
    told = (
        _("{size} to download").format(size=figures.size(pick.disk_bytes)),
        _("{size} of memory").format(size=figures.size(pick.memory_bytes)),
        _("about {rate}").format(rate=figures.rate(pick.tokens_per_s)),
        pick.licence,
    )
    why = str(word(pick.why))
    if pick.why_not_larger is not None:
        why = f"{why} {word(pick.why_not_larger)}"
    name = _("{model}, {quant}").format(model=pick.model, quant=pick.quant)
    page.advised.show_words(name, [one for one in told if one], why)
    page.advised.go.setToolTip(_("Downloads {name} from the hub.").format(name=pick.name))


def show_found(page: FirstRun, found: list[Neighbour]) -> None:
    """How many models of other programs there are, and whose."""
    if not found:
        page.existing.show_words(why=_("None was found. A .gguf file of yours can be opened where it is."))
        page.existing.go.setText(_("Open a file…"))
        page.existing.go.setAccessibleName(_("Open a file…"))
        return
    whose = ", ".join(dict.fromkeys(one.model.origin for one in found))
    count = ngettext("{n} model found", "{n} models found", len(found)).format(n=len(found))
    size = figures.size(sum(one.size for one in found))
    page.existing.show_words(
        count, (whose, size), _("They are used where they lie; nothing is moved or copied.")
    )
