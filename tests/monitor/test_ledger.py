"""The ledger: written before a request leaves, brought up to date, read by span, forgotten after a year."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qwendesk.api.http import Purpose
from qwendesk.monitor.ledger import NetworkLedger
from qwendesk.store.connection import Store
from qwendesk.store.ledger import LedgerRows
from qwendesk.system.bus import Bus
from qwendesk.system.exchange import Exchange, RequestMade, host_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "qwendesk.db")
    yield made
    made.close()


def exchange(**more: object) -> Exchange:
    return Exchange("hub.example", "GET", Purpose("pull", "file", "a/b"), **more)  # type: ignore[arg-type]


def test_a_request_is_there_before_it_ends(store: Store) -> None:
    bus, events = Bus(), []
    bus.subscribe(events.append)
    ledger = NetworkLedger(LedgerRows(store), bus)
    one = exchange()
    ledger.begin(one)
    (kept,) = ledger.entries()
    assert (kept.status, kept.seconds, kept.problem) == (None, None, "")
    one.status, one.bytes_in, one.seconds = 200, 123, 0.5
    ledger.end(one)
    (kept,) = ledger.entries()
    assert (kept.status, kept.bytes_in, kept.seconds, kept.purpose) == (200, 123, 0.5, one.purpose)
    assert events == [RequestMade(one)]


def test_by_span_and_the_newest_first(store: Store) -> None:
    ledger = NetworkLedger(LedgerRows(store), Bus())
    now = time.time()
    for started in (now - 7200, now - 60, now):
        ledger.begin(exchange(started=started))
    assert [one.started for one in ledger.entries(now - 3600)] == [now, now - 60]
    assert len(ledger.entries(most=1)) == 1


def test_after_a_year_it_is_forgotten(store: Store) -> None:
    NetworkLedger(LedgerRows(store), Bus()).begin(exchange(started=time.time() - 400 * 86400))
    later = NetworkLedger(LedgerRows(store), Bus())
    later.begin(exchange())
    assert len(later.entries()) == 1


def test_a_ledger_that_cannot_be_written_costs_no_request(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    ledger = NetworkLedger(LedgerRows(Store(tmp_path / "file" / "qwendesk.db")), Bus())
    one = exchange()
    ledger.begin(one)
    ledger.end(one)
    assert one.number == 0


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://hub.example/x?token=1", "hub.example"),
        ("https://me:secret@hub.example:443/x", "hub.example"),
        ("http://hub.example:8080/", "hub.example:8080"),
        ("http://[::1", ""),
        ("nonsense", ""),
    ],
)
def test_hosts_without_secrets(url: str, host: str) -> None:
    assert host_of(url) == host
