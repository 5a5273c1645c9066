"""The application killed while it streams and edits: every committed message is there, the store opens."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fakes.killed_app import Rounds

KILLS = 20


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_nothing_committed_is_lost(tmp_path: Path) -> None:
    rounds = Rounds(tmp_path, seed=1)
    while rounds.kills < KILLS:
        rounds.once()
    assert len(rounds.committed) >= KILLS
