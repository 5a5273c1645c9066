"""The composition root: builds the store, the plugins and the services into one App."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qwendesk import plugins
from qwendesk.api.problem import Problem
from qwendesk.api.sources import SourceContext
from qwendesk.api.words import N_
from qwendesk.chat.history import History
from qwendesk.chat.prompts.assistants import Assistants
from qwendesk.chat.prompts.library import PromptLibrary
from qwendesk.chat.talk import Choice, Talk
from qwendesk.lab.laboratory import Laboratory, Means
from qwendesk.models.advisor.service import Advisor
from qwendesk.models.advisor.speeds import Speeds
from qwendesk.models.bundled import names_form, seedling
from qwendesk.models.downloads.service import Downloads
from qwendesk.models.fingerprints import Fingerprints
from qwendesk.models.keeping import Keeping
from qwendesk.models.library import Library, Model
from qwendesk.models.memory.history import StoredMeasurements
from qwendesk.models.neighbours import Neighbours
from qwendesk.models.options import DownloadOptions, LibraryOptions
from qwendesk.models.prospect import Space
from qwendesk.models.sources import Sources
from qwendesk.models.verifying import Hashes
from qwendesk.monitor.checks import (
    database,
    disk,
    files,
    hubs,
    keys,
    loaded,
    runtimes,
    sayings,
    surroundings,
    templates,
)
from qwendesk.monitor.checks import plugins as blocked_plugins
from qwendesk.monitor.health import Health
from qwendesk.monitor.ledger import NetworkLedger
from qwendesk.monitor.options import HealthOptions
from qwendesk.monitor.past import Past
from qwendesk.monitor.recent import Recent
from qwendesk.monitor.recorder import Recorder
from qwendesk.monitor.rooflines import Rooflines
from qwendesk.monitor.sampler import Sampler
from qwendesk.monitor.trial import Trials
from qwendesk.runtimes.engines.service import Engines
from qwendesk.runtimes.engines.shelf import Shelf
from qwendesk.runtimes.forecast import Forecast
from qwendesk.runtimes.jobs import Jobs
from qwendesk.runtimes.lastgood import LastGood
from qwendesk.runtimes.remedies import Remedies
from qwendesk.runtimes.service import Runtimes
from qwendesk.runtimes.session import ReplyFinished
from qwendesk.runtimes.smoke import Smoke
from qwendesk.runtimes.supervisor import Patience
from qwendesk.store.connection import Store
from qwendesk.store.conversations import ConversationRows
from qwendesk.store.downloads import DownloadRows
from qwendesk.store.goodloads import GoodLoadRows
from qwendesk.store.lab import LabRows
from qwendesk.store.ledger import LedgerRows
from qwendesk.store.library import LibraryRows
from qwendesk.store.loads import LoadRows
from qwendesk.store.locking import Locking
from qwendesk.store.metrics import MetricRows
from qwendesk.store.speeds import SpeedRows
from qwendesk.system.bus import Bus
from qwendesk.system.cards import FreeVideo
from qwendesk.system.graphics import has_card
from qwendesk.system.http import Door
from qwendesk.system.log.keeper import Log
from qwendesk.system.machine import LocalMachine, computer
from qwendesk.system.offline import OfflineSwitch
from qwendesk.system.passphrase import Passphrase
from qwendesk.system.paths import Paths, resources
from qwendesk.system.preferences import Group, Preferences
from qwendesk.system.secrets import Secrets
from qwendesk.system.settings import Settings

if TYPE_CHECKING:
    from qwendesk.monitor.report.building import Reports


class App:
    """Everything below the faces. Opening it imports no engine and loads no model."""

    def __init__(
        self, paths: Paths, found: Iterable[plugins.Found] | None = None, patience: Patience | None = None
    ) -> None:
        """`found` are the plugins to load; None means the installed ones."""
        self.paths = paths
        self.problems: list[Problem] = []
        self._note(paths.prepare())
        self.log = Log(paths.logs)
        try:
            self._build(paths, found, patience)
        except BaseException:
            self.log.close()
            raise

    def _build(self, paths: Paths, found: Iterable[plugins.Found] | None, patience: Patience | None) -> None:
        self.settings = Settings(paths.settings)
        self._note(self.settings.problem)
        self.bus = Bus()
        self.machine = LocalMachine(self.settings)
        allowed = self.settings.words("plugins.allowed")
        self.plugins = plugins.Plugins(plugins.installed() if found is None else found, allowed)
        self.passphrase = Passphrase(paths.home, paths.passphrase)
        self.store = Store(paths.database, self.passphrase)
        self.locking = Locking(self.store, paths.attachments, (paths.history,), self.bus.publish)
        self.ledger = NetworkLedger(LedgerRows(self.store), self.bus)
        self.offline = OfflineSwitch(self.settings)
        sources = self.plugins.model_sources()
        self.secrets = Secrets({one.id: one.token for one in sources if one.token}, self.log.hide)
        self.http = Door(self.offline.reason, self.ledger)
        self.sources = Sources(
            sources,
            SourceContext(self.http, self.settings.text, self.secrets.get),
        )
        self.preferences = Preferences(self.settings, self._groups())
        self.downloads = Downloads(
            DownloadRows(self.store), self.sources, self.http, self.bus, self.settings, self._download_root
        )
        shelf = LibraryRows(self.store)
        self.library = Library(paths, shelf, self._roots, self.bus.publish)
        self.keeping = Keeping(self.library, shelf, self.bus.publish)
        self.bus.subscribe(self.keeping.installed)
        self.fingerprints = Fingerprints(Hashes(shelf), self.bus.publish)
        self.neighbours = Neighbours(self.sources, self.library, self.keeping)
        measurements = StoredMeasurements(LoadRows(self.store))
        self._free_video = FreeVideo()
        self.history = History(ConversationRows(self.store), paths.attachments, self.bus.publish)
        self.forecast = Forecast(measurements, self._defaults, video=self._video, fp8=self._computes_fp8)
        self.shelf = Shelf(paths.engines, paths.cache / "engines")
        self.runtimes = Runtimes(
            self.plugins.runtimes(),
            self.machine,
            self.bus,
            paths.cache,
            patience,
            lambda runtime: self.settings.table(f"runtimes.{runtime}.options"),
            self.keeping.used,
            measured=self.forecast.keep,
            shelf=self.shelf,
        )
        self.jobs = Jobs(self.runtimes, patience)
        good_rows = GoodLoadRows(self.store)
        self.good = LastGood(good_rows)
        self.bus.subscribe(self.good.on_event)
        self.smoke = Smoke(self.runtimes, good_rows, self.good, seedling)
        self.engines = Engines(
            self.shelf,
            self.runtimes,
            self.ledger,
            self.offline.reason,
            self.downloads.floor,
            self.smoke.in_place,
            self.bus.publish,
        )
        self.remedies = Remedies(self.runtimes, self.forecast, self.good, self.library.models)
        self.speeds = Speeds(SpeedRows(self.store))
        self.bus.subscribe(self._keep_speed)
        self._measure()
        self.advisor = Advisor(
            paths,
            lambda: self.machine.memory_bytes,
            self.runtimes.runners,
            self.library,
            self.speeds,
            self.download_folder,
        )
        registered = self.plugins.prompt_templates()
        self.prompts = PromptLibrary(resources() / "prompts", paths.prompts, registered)
        self.assistants = Assistants(paths.assistants)
        self.health = self._health()
        self.lab = self._laboratory()

    def _measure(self) -> None:
        """What is measured while a model is loaded or somebody watches, and kept."""
        metrics = MetricRows(self.store)
        self.metrics = Past(metrics)
        self.recorder = Recorder(metrics)
        self.bus.subscribe(self.recorder.heard)
        self.rooflines = Rooflines(self.forecast, self.metrics, self.paths.cache)
        self.sampler = Sampler(self.runtimes.sessions, self.bus.publish, self.paths.home)
        self.bus.subscribe(self.sampler.heard)

    def _health(self) -> Health:
        """Our own checks look into services, those of plugins at what a context shows; all run alike."""
        self.recent = Recent()
        self.bus.subscribe(self.recent.heard)
        trials = Trials(self.runtimes, self.good, SpeedRows(self.store), seedling)
        mend = files.mending(self.downloads, self.keeping)

        def limits() -> HealthOptions:
            return HealthOptions(**self.preferences.values("health"))

        checks = (
            runtimes.probes(self.runtimes),
            blocked_plugins.blocked(self.plugins.reports, self.settings),
            database.readable(self.store),
            disk.room(self.paths.home, self.download_folder, self.downloads, self.keeping),
            files.present(self.library, self.keeping, mend),
            templates.complete(self.library),
            loaded.response_time(self.runtimes, self.recent, limits),
            loaded.memory(self.runtimes, self.forecast, limits),
            loaded.speed(self.runtimes, self.recent, limits),
            loaded.layers(self.runtimes, self.forecast, has_card),
            surroundings.clock(self.store),
            surroundings.encoding(),
            surroundings.fonts(),
            database.whole(self.store),
            files.hashed(self.library, self.keeping, mend),
            keys.keyring(self.secrets),
            *self.plugins.health_checks(),
            files.read_all(self.library, self.keeping, mend),
            sayings.says(self.library, self.smoke, self.forecast, limits),
            hubs.reachable(self.sources, self.offline.reason),
        )
        return Health(self.machine, self.runtimes, trials, checks, self.bus.publish)

    @cached_property
    def reports(self) -> Reports:
        """Made when somebody wants one: what takes things out of a report takes its time to import."""
        from qwendesk.monitor.report.building import Reports

        return Reports(
            self.settings,
            self.preferences,
            self.plugins.reports,
            self.runtimes,
            self.library,
            self.metrics,
            self.ledger,
            self.secrets,
            self.log,
            lambda: [self.paths.models, *map(Path, self._roots())],
        )

    def _laboratory(self) -> Laboratory:
        return Laboratory(
            Means(
                self.library,
                self.runtimes,
                self.jobs,
                self.forecast,
                self.rooflines,
                Hashes(LibraryRows(self.store)),
                LabRows(self.store),
                lambda: computer(self.machine.physical_cores, self.machine.memory_bytes),
                self._download_root,
                self.downloads.floor,
                self.paths.cache,
                self.paths.lab,
                self.bus.publish,
            )
        )

    def _groups(self) -> list[Group]:
        """What people can set: about the library and downloads, and about every source of models."""
        return [
            Group("library", N_("Library"), LibraryOptions),
            Group("downloads", N_("Downloads"), DownloadOptions),
            Group("health", N_("Health"), HealthOptions),
            *(Group(one.prefix, one.title, one.options) for one in self.sources.specs if one.options),
        ]

    def _note(self, problem: Problem | None) -> None:
        if problem is not None:
            self.problems.append(problem)

    def download_folder(self) -> Path:
        """The folder for new models: the setting's, else that of the home."""
        return Path(self.settings.text("downloads.root") or self.paths.models)

    def space(self) -> Space:
        """What is free here for one more model. Blocks; raises OSError."""
        return Space.now(self.download_folder(), self.downloads.floor())

    def _download_root(self) -> Path:
        folder = self.download_folder()
        if folder != self.paths.models and not folder.is_dir():
            # Making it could fill the disk below a drive that is not plugged in.
            raise Problem("download_root_away", path=str(folder))
        return folder

    def _roots(self) -> list[str]:
        """Further folders with models."""
        chosen = self.settings.text("downloads.root")
        return [*self.settings.words("library.roots"), *([chosen] if chosen else [])]

    def _defaults(self, model: Model, runtime: str) -> Mapping[str, Any]:
        return self.runtimes.defaults(self.runtimes.spec(runtime), model)

    def _video(self, runtime: str) -> int:
        """Bytes free on graphics cards, for a runtime whose build can use them."""
        return self._free_video() if self.runtimes.uses_card(runtime) else 0

    def _computes_fp8(self, runtime: str) -> bool:
        """Transformers computes with FP8 weights by kernels of that package, and by nothing of its own."""
        return self.runtimes.has_module(runtime, "kernels")

    def _keep_speed(self, event: object) -> None:
        if isinstance(event, ReplyFinished):
            self.speeds.keep(event.recipe.model, event.recipe.spec.id, event.finished)

    def find(self, name: str | None, runtime: str | None = None) -> Model:
        """The model of that name, the bundled one in a form that the wanted runtime loads.

        A form that was asked for by its name is not exchanged for another.

        Raises:
            Problem: those of `Library.find`, and `runtime_unknown`.
        """
        model = self.library.find(name)
        return model if names_form(name) else self.runtimes.form_of(model, runtime)

    def talk(
        self,
        model: Model,
        runtime: str | None = None,
        options: dict[str, object] | None = None,
        *,
        keep: bool = True,
    ) -> Talk:
        """A new conversation with a model; `keep`: in the history."""
        choice = Choice(model, runtime, options or {})
        history = self.history if keep else None
        return Talk(self.runtimes, self.bus, choice, history, self.fingerprints.of)

    def close(self) -> None:
        """End every worker, every request and the use of the database."""
        self.lab.close()
        self.engines.stop()
        self.jobs.close()
        self.runtimes.close()
        self.engines.close()
        self.sampler.close()
        self.recorder.close()
        self.downloads.close()
        self.http.close()
        self.fingerprints.close()
        self.history.close()
        self.store.close()
        self.log.close()

    def __enter__(self) -> App:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
