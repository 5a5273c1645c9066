"""What the details say about a reply's tokens."""

from __future__ import annotations

from typing import Any

from qwendesk.api.reply import Finished, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.chat.conversation import Turn
from qwendesk.ui.docks.detailrows import Row, groups


def tokens(**counts: Any) -> dict[str, Row]:
    """The rows under Tokens by their name."""
    usage = Usage(**{"prompt_tokens": 30, "reused_tokens": 20, "completion_tokens": 5, **counts})
    finished = Finished("stop", "", "x", (), usage, Timings(None, None, None), Sampling(seed=1))
    turn = Turn(1, "assistant", "x", finished=finished, model="M")
    group = next(one for one in groups(turn, None) if one.title == "Tokens")
    return {row.name: row for row in group.rows}


def test_why_no_more_was_reused() -> None:
    row = tokens(reuse="no_checkpoint")["Why no more"]
    assert row.value == "the model cannot go back that far"
    assert "recurrent" in row.meaning
    assert "Why no more" not in tokens(), "an engine that does not tell"


def test_drafts_are_told_where_there_were_any() -> None:
    assert "Drafts accepted" not in tokens()
    row = tokens(drafted_tokens=8, accepted_tokens=6)["Drafts accepted"]
    assert row.value == "6 of 8 (75 %)"
    assert row.meaning
