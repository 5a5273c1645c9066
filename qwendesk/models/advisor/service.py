"""The advisor with what it needs to know of this machine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from qwendesk.models.advisor.advice import advise
from qwendesk.models.advisor.speeds import Speeds
from qwendesk.models.advisor.wish import Advice, Capacity, Runner, Wish
from qwendesk.models.library import Library
from qwendesk.system.bandwidth import bandwidth
from qwendesk.system.cards import cards
from qwendesk.system.paths import Paths
from qwendesk.system.processor import features


class Advisor:
    """Methods block: the first one of a home measures the memory for half a second."""

    def __init__(
        self,
        paths: Paths,
        memory: Callable[[], int],
        runners: Callable[[], Sequence[Runner]],
        library: Library,
        speeds: Speeds,
        root: Callable[[], Path] | None = None,
    ) -> None:
        """`memory`: bytes of main memory; `runners`: runtimes that work here; `root`: where models go."""
        self._paths, self._memory, self._runners = paths, memory, runners
        self._library, self._speeds = library, speeds
        self._root = root or (lambda: paths.models)

    def advise(self, wish: Wish, capacity: Capacity | None = None) -> Advice:
        """What to take for this; on this machine, unless another one's capacity is given."""
        installed = [one.name for one in self._library.models()]
        return advise(wish, capacity or self.capacity(), self._runners(), installed)

    def capacity(self) -> Capacity:
        """This machine: memory, disk, card, bandwidth, and what was measured on it."""
        speed = bandwidth(self._paths.cache)
        on_card = any(one.gpu for one in self._runners())
        return Capacity(
            memory=self._memory(),
            disk=_free(self._root()),
            bandwidth=speed,
            video=max((one.memory for one in cards()), default=0) if on_card else 0,
            features=features(),
            efficiency=self._speeds.efficiency(speed),
        )


def _free(folder: Path) -> int:
    """Bytes free where this folder is or will be."""
    for one in (folder, *folder.parents):
        try:
            return shutil.disk_usage(one).free
        except OSError:
            continue
    return 0
