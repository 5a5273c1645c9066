"""What the machine and the cards tell, from files and libraries as they are elsewhere, too."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import psutil
import pytest

from qwendesk.monitor import gpu
from qwendesk.monitor.gpu import GpuProbe
from qwendesk.monitor.guard import Guard
from qwendesk.monitor.machine import MachineProbe, busy, processor_temperature
from qwendesk.monitor.rates import Rate
from qwendesk.monitor.sample import GpuSample
from qwendesk.monitor.workers import parts


def times(**seconds: float) -> Any:
    names = ("user", "nice", "system", "idle", "iowait", "guest")
    kind = psutil.cpu_times().__class__
    if not set(names) <= set(kind._fields):
        pytest.skip("psutil's Linux fields")
    return kind(**{**dict.fromkeys(kind._fields, 0.0), **seconds})


def test_a_rate_needs_two_readings_and_survives_a_reset() -> None:
    rate = Rate()
    assert [rate(0.0, 10), rate(2.0, 20), rate(3.0, 5), rate(4.0, 6), rate(4.0, 7)] == [
        None,
        5.0,
        None,
        1.0,
        None,
    ]


def test_how_busy_cores_are() -> None:
    before = [times(user=1.0, idle=1.0), times(idle=5.0)]
    after = [times(user=2.0, idle=4.0), times(user=1.0, guest=1.0, idle=5.0, iowait=1.0)]
    assert busy(before, after) == (0.25, 0.5)
    assert busy((), after) == ()
    assert busy(after, after) == (0.0, 0.0)


def test_the_processor_s_own_sensor_counts() -> None:
    def sensor(value: float | None) -> SimpleNamespace:
        return SimpleNamespace(current=value)

    known = {
        "nvme": [sensor(90.0)],
        "acpitz": [sensor(30.0)],
        "k10temp": [sensor(0), sensor(55.5), sensor(54.0)],
    }
    assert processor_temperature(known) == 55.5
    assert processor_temperature({"nvme": [sensor(90.0)]}) is None
    assert processor_temperature({"coretemp": [sensor(None)], "acpitz": [sensor(30.0)]}) == 30.0


def test_power_is_energy_of_packages_over_time(tmp_path: Path) -> None:
    for name in ("intel-rapl:0", "intel-rapl:0:1", "intel-rapl:1"):
        (tmp_path / name).mkdir()
    package, part, other = (tmp_path / f"intel-rapl:{one}" / "energy_uj" for one in ("0", "0:1", "1"))
    probe_values = ((1_000_000, 11_000_000), (5, 99_000_000), (0, 4_000_000))
    for file, (before, _) in zip((package, part, other), probe_values, strict=True):
        file.write_text(f"{before}\n", encoding="ascii")
    probe = MachineProbe(tmp_path, Guard(), tmp_path)
    assert probe(10.0).power_w is None
    for file, (_, after) in zip((package, part, other), probe_values, strict=True):
        file.write_text(f"{after}\n", encoding="ascii")
    assert probe(12.0).power_w == 7.0


def test_this_machine_tells_memory_and_disk(tmp_path: Path) -> None:
    probe = MachineProbe(tmp_path, Guard(), tmp_path)
    first, second = probe(1.0), probe(2.0)
    assert first.cores == ()
    assert first.busy is None
    assert len(second.cores) == psutil.cpu_count()
    assert all(0 <= one <= 1 for one in second.cores)
    assert 0 < (second.memory_used or 0) < (second.memory_total or 0)
    assert 0 < (second.disk_free or 0) <= (second.disk_total or 0)


def test_what_cannot_be_read_is_missing(tmp_path: Path) -> None:
    assert MachineProbe(tmp_path / "away", Guard(), tmp_path)(1.0).disk_free is None
    assert Guard()(lambda: 1 // 0) is None


def test_private_and_file_backed_memory() -> None:
    assert parts({"RssAnon": "\t 10 kB", "RssFile": " 20 kB", "RssShmem": " 5 kB"}) == (10240, 25600)
    assert parts({"Name": "x"}) is None


def amd(folder: Path, **files: str) -> None:
    device = folder / "card1" / "device"
    (device / "hwmon" / "hwmon3").mkdir(parents=True)
    for name, text in files.items():
        place = device if name.startswith(("gpu", "mem")) else device / "hwmon" / "hwmon3"
        (place / name).write_text(f"{text}\n", encoding="ascii")


def test_a_card_of_amd(tmp_path: Path) -> None:
    amd(
        tmp_path,
        gpu_busy_percent="37",
        mem_info_vram_used="1024",
        mem_info_vram_total="4096",
        power1_average="15000000",
        temp1_input="61500",
        freq1_input="2100000000",
    )
    assert GpuProbe(tmp_path)() == (GpuSample(0, "card1", 0.37, 1024, 4096, 15.0, 61.5, 2100),)


def test_a_card_that_tells_little(tmp_path: Path) -> None:
    amd(tmp_path, gpu_busy_percent="what?")
    assert GpuProbe(tmp_path)() == (GpuSample(0, "card1"),)


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if NVIDIA's driver were there."""
    monkeypatch.setattr(gpu, "may_have_nvidia", lambda: True)


class Nvml(ModuleType):
    """NVIDIA's library as its documentation describes it, with one card; `broken` names raise."""

    NVML_TEMPERATURE_GPU, NVML_CLOCK_GRAPHICS, NVML_CLOCK_MEM = 0, 0, 2

    def __init__(self, *broken: str) -> None:
        super().__init__("pynvml")
        self.ended = False
        answers: dict[str, Any] = {
            "nvmlInit": None,
            "nvmlDeviceGetCount": 1,
            "nvmlDeviceGetHandleByIndex": "card",
            "nvmlDeviceGetName": b"H",
            "nvmlDeviceGetUtilizationRates": SimpleNamespace(gpu=42, memory=3),
            "nvmlDeviceGetMemoryInfo": SimpleNamespace(used=5, total=10, free=5),
            "nvmlDeviceGetPowerUsage": 71_500,
            "nvmlDeviceGetTemperature": 33,
            "nvmlDeviceGetComputeRunningProcesses": [SimpleNamespace(pid=7, usedGpuMemory=100)],
            "nvmlDeviceGetGraphicsRunningProcesses": [
                SimpleNamespace(pid=7, usedGpuMemory=120),
                SimpleNamespace(pid=8, usedGpuMemory=None),
            ],
        }
        for name, answer in answers.items():
            setattr(self, name, self._raising if name in broken else lambda *_, answer=answer: answer)
        self.nvmlDeviceGetClockInfo = lambda _card, which: 1980 if which == 0 else 2619

    def _raising(self, *_: object) -> None:
        raise RuntimeError("not supported")

    def nvmlShutdown(self) -> None:
        self.ended = True


def test_a_card_of_nvidia(driver: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Nvml()
    monkeypatch.setitem(sys.modules, "pynvml", library)
    probe = GpuProbe(tmp_path)
    assert probe() == (GpuSample(0, "H", 0.42, 5, 10, 71.5, 33, 1980, 2619, {7: 120, 8: 0}),)
    probe.close()
    assert library.ended
    assert probe() == ()


def test_a_figure_that_the_card_does_not_know(
    driver: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        sys.modules, "pynvml", Nvml("nvmlDeviceGetPowerUsage", "nvmlDeviceGetComputeRunningProcesses")
    )
    (one,) = GpuProbe(tmp_path)()
    assert (one.power_w, one.busy, one.processes) == (None, 0.42, {7: 120, 8: 0})


def test_the_library_is_not_imported_without_a_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu, "may_have_nvidia", lambda: False)
    monkeypatch.setitem(sys.modules, "pynvml", Nvml())
    assert GpuProbe(tmp_path)() == ()


def test_a_driver_that_is_out_of_order_is_no_news(
    driver: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", Nvml("nvmlInit"))
    probe = GpuProbe(tmp_path)
    assert probe() == ()
    probe.close()
    assert not caplog.records
