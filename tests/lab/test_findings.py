"""What the lab knows, a model and its quantizations at a time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fakes.lab_rows import FORMS, subject, whole_lab
from fakes.lab_rows import quality as read
from qwendesk.app import App
from qwendesk.lab.advice import Wanted
from qwendesk.lab.findings import base_of
from qwendesk.lab.measured import Subject
from qwendesk.system.paths import Paths


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("Qwen3-4B:Q4_K_M", "Qwen3-4B"),
        ("Qwen3-4B@transformers,quantization=nf4", "Qwen3-4B"),
        ("/home/ada/odd.gguf", "/home/ada/odd.gguf"),
    ],
)
def test_a_model_without_its_quantization(name: str, base: str) -> None:
    assert base_of(name) == base


def here(app: App, name: str) -> Subject:
    """A model of this computer, as it would be written down."""
    return app.lab.entrants.subject(app.lab.entrants.of(name))


def test_models_stand_in_tables_of_their_own(paths: Paths) -> None:
    with App(paths) as app:
        assert app.lab.findings.bases() == ()
        assert app.lab.findings.report().table.lines == ()
        for row in whole_lab():
            app.lab.book.keep(row)
        later = replace(read(here(app, "seedling:Q8_0"), "english"), happened=1_800_000_000.0)
        app.lab.book.keep(later)
        assert app.lab.findings.bases() == ("seedling", "Qwen3-4B-Instruct-2507")
        found = app.lab.findings.report("Qwen3-4B-Instruct-2507")
        assert {one.label for one in found.table.lines} == set(FORMS)
        assert found.advice.verdict in ("within", "least", "reference")
        assert [one.label for one in app.lab.findings.report("seedling").table.lines] == ["Q8_0"]
        assert len(app.lab.findings.report().table.lines) == len(FORMS) + 1


def test_a_file_that_is_here_tells_what_context_fits(paths: Paths) -> None:
    with App(paths) as app:
        for name in ("seedling:F16", "seedling:Q8_0"):
            app.lab.book.keep(read(here(app, name), "english"))
        app.lab.book.keep(read(subject("Q4_K_M", name="seedling:Q4_K_M"), "english"))
        fitting = app.lab.findings.report("seedling", Wanted(context=512)).fitting
        assert fitting is not None
        assert [one.label for one in fitting.curves] == ["F16", "Q8_0"]
        assert min(fitting.most().values()) >= 512


def test_another_file_of_the_same_name_is_another_model(paths: Paths, tmp_path: Path) -> None:
    with App(paths) as app:
        known = here(app, "seedling:Q8_0")
        assert app.lab.findings.entrant(known) is not None
        assert app.lab.findings.entrant(replace(known, size_bytes=known.size_bytes + 1)) is None
        assert app.lab.findings.entrant(replace(known, name="gone")) is None
