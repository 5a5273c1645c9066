"""Sentences about measuring speed, by id; see `qwendesk.words.table`."""

from __future__ import annotations

from qwendesk.api.words import N_

BENCH: dict[str, tuple[str, str]] = {
    "bench_too_long": (
        N_("{tokens} tokens do not fit into the context of {context}, so nothing was measured."),
        N_("Choose a shorter prompt (-p), a shorter reply (-n) or less depth (-d)."),
    ),
}
