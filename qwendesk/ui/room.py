"""The engine room as the window sees it: the docks' views and who looks after each of them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer

from qwendesk.app import App
from qwendesk.chat.conversation import Conversation
from qwendesk.models.entry import LibraryEntry
from qwendesk.models.model import Model
from qwendesk.ui.adopting import Adopting
from qwendesk.ui.assisting import Assisting
from qwendesk.ui.attaching import Attaching
from qwendesk.ui.background import Background
from qwendesk.ui.batching import Batching
from qwendesk.ui.bridge import Bridge
from qwendesk.ui.checking import Checking
from qwendesk.ui.comparing import Comparing
from qwendesk.ui.configuring import Configuring
from qwendesk.ui.contesting import Contesting
from qwendesk.ui.conversing import Conversing
from qwendesk.ui.curating import Curating
from qwendesk.ui.detailing import Detailing
from qwendesk.ui.discovering import Discovering
from qwendesk.ui.docks.views import Views
from qwendesk.ui.doubling import Doubling
from qwendesk.ui.downloading import Downloading
from qwendesk.ui.equipping import Equipping
from qwendesk.ui.exporting import Exporting
from qwendesk.ui.inspecting import Inspecting
from qwendesk.ui.locking import Locking
from qwendesk.ui.measuring import Measuring
from qwendesk.ui.mending import Mending
from qwendesk.ui.monitoring import Monitoring
from qwendesk.ui.networking import Networking
from qwendesk.ui.opening import Opened
from qwendesk.ui.quantizing import Quantizing
from qwendesk.ui.recalling import Recalling
from qwendesk.ui.repeating import Repeating
from qwendesk.ui.reporting import Reporting
from qwendesk.ui.reviewing import Reviewing
from qwendesk.ui.running import Running
from qwendesk.ui.slashing import Slashing
from qwendesk.ui.slices import TURN, Work
from qwendesk.ui.vetting import Vetting
from qwendesk.ui.welcoming import Welcoming
from qwendesk.ui.window import Window
from qwendesk.words.problems import word

_PROMPTS_AFTER_MS = 1500
"""Nobody types a slash before that; who does, waits for them."""
_CHECKS_AFTER_MS = 3000
"""The quick checks wait until everything else was looked at."""


class Room(QObject):
    """Made once the engine room is open; a model begins to load a moment later."""

    def __init__(self, window: Window, opened: Opened, background: Background, views: Views) -> None:
        """`furnish` makes the rest, and has to be over before anything else is asked."""
        super().__init__(window)
        self.window, self.background, self.views = window, background, views
        self.app: App = opened.app
        self.bridge = Bridge(self)

    def furnish(self, opened: Opened) -> Work:
        """Everybody who looks after a view, then the first looks: each of these is felt in a frame."""
        yield from self._talkers()
        yield from self._keepers()
        yield from self._helpers()
        self._join()
        yield TURN
        self.bridge.listen(self.app.bus)
        yield TURN
        yield from self._begin(opened)

    def _talkers(self) -> Work:
        """Who looks after the conversation and the model that answers."""
        window, background, views = self.window, self.background, self.views
        self.conversing = Conversing(window, background)
        log = self.app.log
        views.log.follow(log.since, log.folder, lambda: log.trouble)
        yield
        self.attaching = Attaching(window, self.app.history, background, self.conversing)
        self.recalling = Recalling(window, self.app, background, self.conversing, views.chats)
        yield
        self.exporting = Exporting(window, self.app, background, self.conversing)
        self.inspecting = Inspecting(window, self.app, background, self.conversing)
        yield
        self.running = Running(window, self.app, background, self.conversing, (views.run, views.library))
        yield
        self.mending = Mending(window, self.app, background, self.conversing, self.running)
        self.repeating = Repeating(window, self.conversing, self.running)
        yield
        self.detailing = Detailing(window, self.conversing, views.details)

    def _keepers(self) -> Work:
        """Who looks after the docks."""
        window, background, views = self.window, self.background, self.views
        self.curating = Curating(window, self.app, background, views.library)
        yield
        self.checking = Checking(window, self.app, background, views.health)
        self.downloading = Downloading(window, self.app, background, views.downloads)
        yield
        self.discovering = Discovering(window, self.app, background, views.discover, self.downloading)
        yield
        self.equipping = Equipping(window, self.app, background, views.engines)
        self.networking = Networking(window, self.app, background, views.network)
        yield
        load = self.running.load
        self.monitoring = Monitoring(window, self.app, background, views.monitor, load)
        yield
        self.reviewing = Reviewing(window, self.app, background, views.history)
        self.measuring = Measuring(window, self.app, background, views.lab)
        yield
        self.locking = Locking(window, self.app, background)
        self.reporting = Reporting(window, self.app, background)
        for keeper in (
            self.conversing,
            self.recalling,
            self.inspecting,
            self.mending,
            self.curating,
            self.downloading,
            self.networking,
            self.equipping,
            self.monitoring,
            self.reviewing,
            self.locking,
            self.checking,
            self.measuring,
        ):
            self.bridge.happened.connect(keeper.on_event)
        yield

    def _helpers(self) -> Work:
        """Who comes when called."""
        window, background = self.window, self.background
        self.welcoming = Welcoming(window, self.app, background)
        self.doubling = Doubling(self.app.keeping, background, window.notices, self)
        self.adopting = Adopting(self.app.neighbours, background, window.notices, self)
        yield
        self.configuring = Configuring(window, self.app, background)
        self.comparing = Comparing(window, background)
        self.batching = Batching(
            window, self.app, background, lambda: (self.running.models, self.running.picked)
        )
        yield
        self.contesting = Contesting(window, self.app, lambda: (self.running.models, self.running.picked))
        self.bridge.happened.connect(self.contesting.on_event)
        self.quantizing = Quantizing(window, self.app, background)
        self.slashing = Slashing(window, self.app.prompts, background)
        yield
        self.assisting = Assisting(
            window, self.app, background, self.conversing, self.running, self.views.run
        )
        self.vetting = Vetting(self.app, background, self.conversing, window.notices, self)
        yield

    def _join(self) -> None:
        """What one of them wants, another one does."""
        self.curating.listed.connect(self._on_listed)
        self.curating.unlisted.connect(lambda _problem: self.running.list_models([]))
        self.curating.talk_requested.connect(self.running.switch)
        self.curating.removing.connect(self.running.let_go)
        self.curating.removing.connect(self.contesting.let_go)
        self.contesting.continued.connect(self._continue)
        self.measuring.answers_requested.connect(self.contesting.show_greedy)
        self.measuring.quantize_requested.connect(self.quantizing.show)
        self.mending.verify_requested.connect(self._verify)
        self.curating.verification.repair_requested.connect(self.downloading.pull)
        self.mending.find_requested.connect(self.discovering.find)
        self.views.library.adopt_requested.connect(self.adopting.begin)
        self.welcoming.adopt_requested.connect(self.adopting.begin)
        self.welcoming.open_requested.connect(self.running.ask_for_file)
        self.welcoming.pull_requested.connect(self.downloading.pull)
        self.downloading.named_requested.connect(self.running.open_named)
        self.recalling.export_requested.connect(self.exporting.export)
        self.comparing.family_chosen.connect(self.discovering.show_family)
        self.assisting.message_requested.connect(self.slashing.ask)
        self.configuring.changed.connect(lambda _names: self.curating.refresh())
        for view in (self.views.library, self.views.downloads):
            view.discover_requested.connect(self.discovering.find)

    def _on_listed(self, entries: list[LibraryEntry]) -> None:
        self.running.list_models([one.model for one in entries if one.state == "ok"])
        self.discovering.show_here({one.model.name for one in entries})
        self.welcoming.see(entries)

    def _begin(self, opened: Opened) -> Work:
        for problem in opened.app.problems:
            self.window.notices.show_line(problem.id, word(problem.note()))
        if opened.model is not None:
            yield from self.running.begin(opened.model)
        self._look_in_turn()
        if opened.problem is not None:
            self.window.notices.show_line("model", word(opened.problem.note()))
        QTimer.singleShot(0, self, self.window.layout_keeper.size_fresh)

    def _look_in_turn(self) -> None:
        """Ledger, queue, chats, library: threads that read all at once slow each other and the window."""
        once = Qt.ConnectionType.SingleShotConnection
        self.networking.changed.connect(self.downloading.refresh, once)
        self.downloading.changed.connect(self.recalling.begin, once)
        self.recalling.looked.connect(self.curating.refresh, once)
        QTimer.singleShot(_PROMPTS_AFTER_MS, self, self.slashing.read)
        QTimer.singleShot(_CHECKS_AFTER_MS, self, self.checking.run_fast)
        self.networking.refresh()

    def _verify(self, model: Model) -> None:
        """Where its progress is to be seen."""
        self.window.docks["library"].focus_body()
        self.curating.verification.begin(model)

    def _continue(self, conversation: Conversation, model: Model) -> None:
        """Go on in a chat that is kept, with this model."""
        self.app.history.save(conversation)
        self.conversing.show(conversation)
        if self.running.picked is None or self.running.picked.path != model.path:
            self.running.switch(model)
        self.window.raise_()
        self.window.activateWindow()

    def can_load(self) -> bool:
        return self.views.run.bar.load.isEnabled()

    def can_unload(self) -> bool:
        return self.conversing.state is not None and not self.conversing.state.over

    def choose_theme(self, name: str) -> None:
        """Keep the theme."""
        save = self.app.settings.set
        self.background.run(lambda: save("window.theme", name), lambda _: None, self.running.failed)

    def close(self) -> None:
        """Stop what runs and hear nothing more; the workers are ended by closing the app."""
        self.bridge.close()
        self.conversing.close()
        self.attaching.close()
        self.batching.close()
        self.contesting.close()
        self.quantizing.close()
