"""The door of a fresh home, with everything it writes down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from qwendesk.api.problem import Problem
from qwendesk.system.exchange import Exchange
from qwendesk.system.http import Door


class Book:
    """A ledger in memory: each exchange as it was at each moment."""

    def __init__(self) -> None:
        self.begun: list[Exchange] = []
        self.ended: list[Exchange] = []

    def begin(self, exchange: Exchange) -> None:
        self.begun.append(replace(exchange))

    def update(self, exchange: Exchange) -> None:
        pass

    def end(self, exchange: Exchange) -> None:
        self.ended.append(replace(exchange))


class Switch:
    """Why nothing may leave, or None."""

    reason: Problem | None = None

    def __call__(self) -> Problem | None:
        return self.reason


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def switch() -> Switch:
    return Switch()


@pytest.fixture
def door(book: Book, switch: Switch) -> Iterator[Door]:
    made = Door(switch, book)
    yield made
    made.close()
