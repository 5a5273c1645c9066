"""Graphics cards: NVIDIA's through its management library, AMD's through the files of Linux's driver.

Where there is none, nothing is said. Apple's tell nothing to a program without the superuser's rights.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qwendesk.monitor.sample import GpuSample
from qwendesk.system.graphics import may_have_nvidia

_DEVICES = Path("/sys/class/drm")


class GpuProbe:
    """Reads all cards. For one thread."""

    def __init__(self, devices: Path = _DEVICES) -> None:
        self._nvml = _Nvml()
        self._amd = sorted(devices.glob("card*/device/gpu_busy_percent"))

    def __call__(self) -> tuple[GpuSample, ...]:
        found = self._nvml.samples()
        return (*found, *(_amd(len(found) + n, file.parent) for n, file in enumerate(self._amd)))

    def close(self) -> None:
        self._nvml.close()


class _Nvml:
    """NVIDIA's library, loaded once; a figure that a card does not know is None."""

    def __init__(self) -> None:
        self._cards: list[tuple[str, Any]] = []
        self._library: Any = None
        if not may_have_nvidia():
            return
        try:
            import pynvml

            pynvml.nvmlInit()
            self._library = pynvml
            for number in range(pynvml.nvmlDeviceGetCount()):
                handle = pynvml.nvmlDeviceGetHandleByIndex(number)
                self._cards.append((_text(pynvml.nvmlDeviceGetName(handle)), handle))
        except Exception:
            # No driver, or one that is out of order: neither is news to somebody without such a card.
            self._cards = []

    def samples(self) -> list[GpuSample]:
        return [self._sample(number, *card) for number, card in enumerate(self._cards)]

    def _sample(self, number: int, name: str, card: Any) -> GpuSample:
        nvml = self._library
        busy = _asked(lambda: nvml.nvmlDeviceGetUtilizationRates(card).gpu)
        memory = _asked(lambda: nvml.nvmlDeviceGetMemoryInfo(card))
        power = _asked(lambda: nvml.nvmlDeviceGetPowerUsage(card))
        return GpuSample(
            number,
            name,
            busy=busy / 100 if busy is not None else None,
            memory_used=memory.used if memory is not None else None,
            memory_total=memory.total if memory is not None else None,
            power_w=power / 1000 if power is not None else None,
            temperature=_asked(lambda: nvml.nvmlDeviceGetTemperature(card, nvml.NVML_TEMPERATURE_GPU)),
            clock_mhz=_asked(lambda: nvml.nvmlDeviceGetClockInfo(card, nvml.NVML_CLOCK_GRAPHICS)),
            memory_clock_mhz=_asked(lambda: nvml.nvmlDeviceGetClockInfo(card, nvml.NVML_CLOCK_MEM)),
            processes=self._processes(card),
        )

    def _processes(self, card: Any) -> dict[int, int]:
        """A process that computes and draws stands in both lists, with all that it has."""
        nvml = self._library
        found: dict[int, int] = {}
        for ask in (nvml.nvmlDeviceGetComputeRunningProcesses, nvml.nvmlDeviceGetGraphicsRunningProcesses):
            for one in _asked(lambda ask=ask: ask(card)) or ():  # type: ignore[misc]
                found[int(one.pid)] = max(found.get(int(one.pid), 0), int(one.usedGpuMemory or 0))
        return found

    def close(self) -> None:
        if self._library is not None:
            _asked(self._library.nvmlShutdown)
            self._library, self._cards = None, []


def _asked(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception:
        return None


def _text(name: str | bytes) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name


def _amd(number: int, device: Path) -> GpuSample:
    """Files of the driver `amdgpu`: percent, bytes, microwatts, thousandths of a degree, hertz."""
    busy = _number(device / "gpu_busy_percent")
    power = _hwmon(device, "power1_average")
    temperature, clock = _hwmon(device, "temp1_input"), _hwmon(device, "freq1_input")
    return GpuSample(
        number,
        device.parent.name,
        busy=busy / 100 if busy is not None else None,
        memory_used=_number(device / "mem_info_vram_used"),
        memory_total=_number(device / "mem_info_vram_total"),
        power_w=power / 1e6 if power is not None else None,
        temperature=temperature / 1000 if temperature is not None else None,
        clock_mhz=clock // 1_000_000 if clock is not None else None,
    )


def _hwmon(device: Path, name: str) -> int | None:
    return next((_number(file) for file in sorted(device.glob(f"hwmon/hwmon*/{name}"))), None)


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
