"""What was measured here corrects what is expected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fakes.header_bytes import file
from fakes.tiny_gguf import write_tiny
from models.conftest import Shop
from qwendesk.api.reply import Finished, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.models.advisor.speeds import Speeds
from qwendesk.models.bundled import seedling
from qwendesk.models.library import Model
from qwendesk.store.speeds import SpeedRows


def reply(rate: float | None, tokens: int = 100) -> Finished:
    return Finished("stop", "", "", (), Usage(10, 0, tokens), Timings(0.1, 10.0, rate), Sampling())


@pytest.fixture
def large(tmp_path: Path) -> Model:
    """A sparse file of 200 MiB of weights."""
    size = 200 << 20
    path = tmp_path / "large.gguf"
    path.write_bytes(
        file({"general.architecture": "qwen3"}, {"output.weight": ((1024, size // 2048), 1, size)})
    )
    return Model("large", "large", path, "gguf", "F16", path.stat().st_size)


def test_the_share_of_the_bandwidth_that_was_reached(shop: Shop, large: Model) -> None:
    speeds = Speeds(SpeedRows(shop.store), lambda: shop.now)
    assert speeds.efficiency(1e9) is None
    for rate in (2.0, 2.5, 100.0):
        speeds.keep(large, "llamacpp", reply(rate))
    assert speeds.efficiency((200 << 20) * 5.0) == pytest.approx(0.5)


def test_what_tells_nothing_is_not_kept(shop: Shop, large: Model, tmp_path: Path) -> None:
    speeds = Speeds(SpeedRows(shop.store))
    speeds.keep(large, "llamacpp", reply(None))
    speeds.keep(large, "llamacpp", reply(0.0))
    speeds.keep(large, "llamacpp", reply(5.0, tokens=3))
    speeds.keep(seedling(), "llamacpp", reply(500.0))
    tiny = write_tiny(tmp_path / "tiny.gguf")
    speeds.keep(replace(large, path=tiny), "llamacpp", reply(900.0))
    speeds.keep(replace(large, path=tmp_path / "gone.gguf"), "llamacpp", reply(5.0))
    assert speeds.efficiency(1e9) is None


def test_absurd_figures_stay_in_bounds(shop: Shop, large: Model) -> None:
    speeds = Speeds(SpeedRows(shop.store))
    speeds.keep(large, "llamacpp", reply(1e9))
    assert speeds.efficiency(1e9) == 3.0
