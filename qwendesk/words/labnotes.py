"""Sentences about what the lab measured, by id; see `qwendesk.words.table`."""

from __future__ import annotations

from qwendesk.api.words import N_

LAB_NOTES: dict[str, tuple[str, str]] = {
    "perplexity_no_guide": (
        N_(
            "Perplexity on plain text is no guide for {name}: it was trained on answers only, and never"
            " learned to guess what people write."
        ),
        N_("Go by the drift, which compares two of its forms with each other."),
    ),
}
