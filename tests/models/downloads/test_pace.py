"""Speed, time left, bandwidth and waiting, on a clock that the tests turn."""

from __future__ import annotations

import pytest

from qwendesk.models.downloads.pace import Bandwidth, Patience, Speed


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_speed_is_of_the_last_ten_seconds(clock: Clock) -> None:
    speed = Speed(clock)
    assert speed.rate() == 0.0
    for _ in range(20):
        clock.now += 1
        speed.count(1000)
    assert speed.rate() == pytest.approx(1000, rel=0.11)
    clock.now += 5  # a pause counts
    assert speed.rate() == pytest.approx(500, rel=0.25)
    clock.now += 60
    assert speed.rate() == 0.0


def test_speed_at_the_start_is_of_the_time_so_far(clock: Clock) -> None:
    speed = Speed(clock)
    clock.now += 2
    speed.count(4000)
    assert speed.rate() == 2000


def test_bandwidth_is_shared_and_kept(clock: Clock) -> None:
    bandwidth = Bandwidth(lambda: 1000, clock)
    waits = []
    for _ in range(10):
        waits.append(bandwidth.wait_for(500))
        clock.now += waits[-1]
    assert sum(waits) == pytest.approx(5.0)


def test_no_limit_is_no_wait(clock: Clock) -> None:
    assert Bandwidth(lambda: 0, clock).wait_for(10**12) == 0.0


def test_waits_grow_to_a_most() -> None:
    patience = Patience(first_wait_s=1, most_wait_s=8)
    for failures, most in ((1, 1), (2, 2), (3, 4), (4, 8), (9, 8)):
        assert 0.75 * most <= patience.wait_after(failures) <= most
