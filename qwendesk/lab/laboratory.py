"""The lab's services, each made when somebody first needs it: their imports take time and memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from qwendesk.models.library import Library
from qwendesk.models.verifying import Hashes
from qwendesk.monitor.rooflines import Rooflines
from qwendesk.runtimes.forecast import Forecast
from qwendesk.runtimes.jobs import Jobs
from qwendesk.runtimes.service import Runtimes
from qwendesk.store.lab import LabRows

if TYPE_CHECKING:
    from qwendesk.lab.benching import Benching
    from qwendesk.lab.book import Book
    from qwendesk.lab.comparing import Comparing
    from qwendesk.lab.converting import Converting
    from qwendesk.lab.entrants import Entrants
    from qwendesk.lab.findings import Findings
    from qwendesk.lab.quantizing import Quantizing
    from qwendesk.lab.reporting import Reporting
    from qwendesk.lab.running import Queue
    from qwendesk.lab.weighing import Weighing


@dataclass(frozen=True, slots=True)
class Means:
    """What the lab works with.

    Args:
        computer: names this machine; figures of another one are not compared with its own.
        target: the folder for new models. Raises `download_root_away`.
        floor: bytes of a disk that stay free.
        cache: the folder for what can be made again.
        waiting: the file of what is still to be measured.
        publish: tells everybody what was made.
    """

    library: Library
    runtimes: Runtimes
    jobs: Jobs
    forecast: Forecast
    rooflines: Rooflines
    hashes: Hashes
    rows: LabRows
    computer: Callable[[], str]
    target: Callable[[], Path]
    floor: Callable[[], int]
    cache: Path
    waiting: Path
    publish: Callable[[object], None]


class Laboratory:
    """One of each."""

    def __init__(self, means: Means) -> None:
        self._means = means

    @cached_property
    def quantizing(self) -> Quantizing:
        """Makes smaller files of GGUF files."""
        from qwendesk.lab.quantizing import Quantizing

        has = self._means
        return Quantizing(has.jobs, has.library, has.hashes, has.target, has.floor, has.publish)

    @cached_property
    def converting(self) -> Converting:
        """Makes GGUF files of safetensors."""
        from qwendesk.lab.converting import Converting

        has = self._means
        return Converting(has.jobs, has.library, has.target, has.floor, has.publish)

    @cached_property
    def weighing(self) -> Weighing:
        """Makes importance matrices."""
        from qwendesk.lab.weighing import Weighing

        return Weighing(self._means.jobs, self._means.library)

    @cached_property
    def book(self) -> Book:
        """What was measured."""
        from qwendesk.lab.book import Book

        return Book(self._means.rows, self._means.computer())

    @cached_property
    def entrants(self) -> Entrants:
        """Finds what is to be compared."""
        from qwendesk.lab.entrants import Entrants

        return Entrants(self._means.library, self._means.runtimes, self._means.hashes)

    @cached_property
    def benching(self) -> Benching:
        """Measures speed and memory."""
        from qwendesk.lab.benching import Benching

        has = self._means
        return Benching(has.runtimes, self.entrants, self.book, has.forecast, has.rooflines)

    @cached_property
    def comparing(self) -> Comparing:
        """Measures quality."""
        from qwendesk.lab.comparing import Comparing

        has = self._means
        known = self.entrants, self.book, has.hashes
        return Comparing(has.runtimes, has.forecast, *known, has.cache / "lab", has.floor)

    @cached_property
    def reporting(self) -> Reporting:
        """Makes tables of it."""
        from qwendesk.lab.reporting import Reporting

        return Reporting(self._means.forecast)

    @cached_property
    def findings(self) -> Findings:
        """What the rows tell."""
        from qwendesk.lab.findings import Findings

        return Findings(self.book, self.entrants, self.reporting)

    @cached_property
    def queue(self) -> Queue:
        """What the window measures, and what an earlier session left."""
        from qwendesk.lab.measuring import Measuring
        from qwendesk.lab.running import Queue

        measuring = Measuring(self.entrants, self.comparing, self.benching)
        return Queue(measuring, self._means.waiting, self._means.publish)

    def close(self) -> None:
        """Stop what is measured; it is gone on with another time."""
        if "queue" in self.__dict__:
            self.queue.close()
