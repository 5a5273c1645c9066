"""How much energy this computer used: counters of processors (RAPL, Linux) and of NVIDIA's cards (NVML)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from qwendesk.system.graphics import may_have_nvidia

_POWERCAP = Path("/sys/class/powercap")


class Energy:
    """Joules that the processors' packages and the cards used since this was made, idling included.

    Counters that may not be read are left out: on most systems only the superuser reads RAPL's. For one
    thread at a time.
    """

    def __init__(
        self,
        powercap: Path = _POWERCAP,
        cards: Callable[[], list[Callable[[], float]]] | None = None,
    ) -> None:
        """`cards` gives a counter of joules for each graphics card; None asks NVIDIA's library."""
        found: list[Callable[[], float]] = [
            _Package(one.parent)
            for one in sorted(powercap.glob("intel-rapl:*/energy_uj"))
            # "intel-rapl:0" is a package, "intel-rapl:0:1" a part of one.
            if one.parent.name.count(":") == 1
        ]
        found += (cards or _cards)()
        self._counters = [(one, began) for one in found if (began := _asked(one)) is not None]

    @property
    def is_known(self) -> bool:
        """Whether anything can be read."""
        return bool(self._counters)

    def joules(self) -> float | None:
        """None where nothing can be read."""
        told = [now - began for one, began in self._counters if (now := _asked(one)) is not None]
        return sum(told) if told and len(told) == len(self._counters) else None


class _Package:
    """Joules of one processor package. The counter starts again at its range: an hour or less under load."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before: int | None = None
        self._turns = 0

    def __call__(self) -> float:
        now, before = _number(self._folder / "energy_uj"), self._before
        if before is not None and now < before:
            self._turns += _number(self._folder / "max_energy_range_uj")
        self._before = now
        return (self._turns + now) / 1e6


def _number(file: Path) -> int:
    return int(file.read_text(encoding="ascii"))


def _cards() -> list[Callable[[], float]]:
    if not may_have_nvidia():
        return []
    try:
        import pynvml

        pynvml.nvmlInit()
        cards = [pynvml.nvmlDeviceGetHandleByIndex(n) for n in range(pynvml.nvmlDeviceGetCount())]
    except Exception:
        # No driver, or one that is out of order.
        return []
    return [partial(_card, pynvml, one) for one in cards]


def _card(nvml: Any, card: Any) -> float:
    """The library counts thousandths of a joule since the driver was loaded, of Volta and later."""
    return float(nvml.nvmlDeviceGetTotalEnergyConsumption(card)) / 1000


def _asked(counter: Callable[[], float]) -> float | None:
    try:
        return counter()
    except Exception:
        # Native libraries raise their own kinds; what may not be read is not read.
        return None
