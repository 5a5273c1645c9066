import itertools
import threading
import time
from collections.abc import Callable

import pytest

from qwendesk.worker.deadline import Cancelled, Overdue, run_within


def endless() -> None:
    for _ in itertools.count():
        pass


def stubborn() -> None:
    while True:
        try:
            endless()
        except Exception:
            continue


def stopped() -> threading.Event:
    flag = threading.Event()
    flag.set()
    return flag


def test_results_and_errors_come_through() -> None:
    assert run_within(5, lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        run_within(5, lambda: 1 // 0)


@pytest.mark.parametrize("work", [endless, stubborn])
def test_an_endless_loop_is_interrupted_and_its_thread_ends(work: Callable[[], None]) -> None:
    with pytest.raises(Overdue):
        run_within(0.05, work)
    left = [one for one in threading.enumerate() if one.name == "deadline"]
    for thread in left:
        thread.join(5)
    assert not [one for one in left if one.is_alive()]


def test_a_cancel_is_honoured() -> None:
    began = time.monotonic()
    with pytest.raises(Cancelled):
        run_within(30, endless, stopped())
    assert time.monotonic() - began < 2
