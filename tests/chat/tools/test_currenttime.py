from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.chat.tools.currenttime import CurrentTime
from qwendesk.chat.tools.runnable import ERROR

MOMENT = datetime(2026, 11, 26, 22, 5, 9, tzinfo=UTC)
CLOCK = CurrentTime(lambda: MOMENT, ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize("arguments", [{}, {"timezone": ""}, {"timezone": None}])
def test_here(arguments: dict[str, object]) -> None:
    assert CLOCK.run(arguments) == "Thursday, 2026-11-26, 23:05:09 (UTC+01:00, Europe/Berlin)"


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Asia/Seoul", "Friday, 2026-11-27, 07:05:09 (UTC+09:00, Asia/Seoul)"),
        ("America/St_Johns", "Thursday, 2026-11-26, 18:35:09 (UTC-03:30, America/St_Johns)"),
        (" UTC ", "Thursday, 2026-11-26, 22:05:09 (UTC+00:00, UTC)"),
    ],
)
def test_elsewhere(zone: str, told: str) -> None:
    assert CLOCK.run({"timezone": zone}) == told


def test_a_zone_without_a_name_is_told_by_its_offset() -> None:
    clock = CurrentTime(lambda: MOMENT, timezone(timedelta(hours=2)))
    assert clock.run({}) == "Friday, 2026-11-27, 00:05:09 (UTC+02:00, UTC+02:00)"


@pytest.mark.parametrize(
    ("zone", "hint"),
    [
        ("Seoul", "there is Asia/Seoul"),
        ("new york", "there is America/New_York"),
        ("asia/seoul", "there is Asia/Seoul"),
        ("Atlantis", "use an IANA name"),
        ("Asia", "use an IANA name"),
        ("../../etc/passwd", "use an IANA name"),
        ("/etc/passwd", "use an IANA name"),
        ("zone.tab", "use an IANA name"),
        ("a\0b", "use an IANA name"),
        ("\ud800", "use an IANA name"),
        ("x" * 5000, "use an IANA name"),
    ],
)
def test_unknown_zones_are_told(zone: str, hint: str) -> None:
    told = CLOCK.run({"timezone": zone})
    assert told.startswith(ERROR)
    assert hint in told
    assert len(told) < 300


def test_the_machines_own_clock() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    told = CurrentTime().run({"timezone": "UTC"})
    moment = datetime.strptime(told.partition(" (")[0], "%A, %Y-%m-%d, %H:%M:%S").replace(tzinfo=UTC)
    assert before <= moment <= datetime.now(UTC)
    assert not CurrentTime().run({}).startswith(ERROR)


@given(st.text() | st.none() | st.integers() | st.lists(st.text()))
def test_nothing_raises(zone: object) -> None:
    assert isinstance(CLOCK.run({"timezone": zone}), str)
