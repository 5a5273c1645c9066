"""Sentences about jobs on model files, by id; see `qwendesk.words.table`."""

from __future__ import annotations

from qwendesk.api.words import N_

LAB: dict[str, tuple[str, str]] = {
    "job_unknown": (
        N_("No runtime here offers “{job}”."),
        N_("Install the engine that does: qwendesk engines install llamacpp."),
    ),
}
