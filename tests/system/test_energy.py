"""Counters of energy, from files as the driver writes them and from cards that may not answer."""

from __future__ import annotations

from pathlib import Path

from qwendesk.system.energy import Energy


def package(folder: Path, name: str, microjoules: int) -> Path:
    place = folder / name
    place.mkdir()
    (place / "max_energy_range_uj").write_text("262143328850\n", encoding="ascii")
    counter = place / "energy_uj"
    counter.write_text(f"{microjoules}\n", encoding="ascii")
    return counter


def test_packages_and_cards_add_up_and_parts_of_a_package_do_not(tmp_path: Path) -> None:
    package(tmp_path, "intel-rapl:0:1", 5_000_000)
    first, second = package(tmp_path, "intel-rapl:0", 7_000_000), package(tmp_path, "intel-rapl:1", 0)
    card = iter([100.0, 104.5])
    energy = Energy(tmp_path, lambda: [lambda: next(card)])
    first.write_text("8500000\n", encoding="ascii")
    second.write_text("1000000\n", encoding="ascii")
    (tmp_path / "intel-rapl:0:1" / "energy_uj").write_text("99000000\n", encoding="ascii")
    assert energy.is_known
    assert energy.joules() == 1.5 + 1.0 + 4.5


def test_a_counter_that_starts_again_goes_on(tmp_path: Path) -> None:
    counter = package(tmp_path, "intel-rapl:0", 262_143_000_000)
    energy = Energy(tmp_path, list)
    counter.write_text("671150\n", encoding="ascii")
    assert energy.joules() == 1.0
    counter.write_text("1671150\n", encoding="ascii")
    assert energy.joules() == 2.0


def test_what_may_not_be_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "intel-rapl:0").mkdir()
    (tmp_path / "intel-rapl:0" / "energy_uj").write_text("", encoding="ascii")

    def silent() -> float:
        raise RuntimeError("Not Supported")

    energy = Energy(tmp_path, lambda: [silent])
    assert not energy.is_known
    assert energy.joules() is None
    counter = package(tmp_path, "intel-rapl:1", 1)
    energy = Energy(tmp_path, list)
    assert energy.is_known
    counter.unlink()
    assert energy.joules() is None
