"""Workers killed at random moments: the window stays, and so does every token that was shown."""

from __future__ import annotations

import random
import sys
from typing import Any

import pytest

from fakes.kills import Killer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def test_twenty_kills_lose_nothing(open_window: Any) -> None:
    opened = open_window()
    opened.until_ready()
    killer = Killer(opened.controller, opened.until, random.Random(5))
    while killer.kills < 20:
        killer.once()
        assert killer.too_late < 100, "the replies are too short to be met"
    opened.room.conversing.new_chat()
    opened.ask("What is 23 + 45?")
    assert "68" in opened.turns[-1].answer
