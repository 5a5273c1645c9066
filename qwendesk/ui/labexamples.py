"""Example content for the pictures of the Quant Lab: seven forms of a model of four billion parameters."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log

from qwendesk.api.problem import Note, Problem
from qwendesk.lab.advice import Wanted
from qwendesk.lab.asked import Asked, Run, Step
from qwendesk.lab.entrants import Entrant
from qwendesk.lab.fitting import Curve, Fitting
from qwendesk.lab.measured import Kind, Row, Subject
from qwendesk.lab.report.labels import Labels
from qwendesk.lab.report.report import Report, compose
from qwendesk.lab.table import Table, table
from qwendesk.ui.dialogs.labform import LabForm
from qwendesk.ui.room import Room

BASE = "Qwen3-4B-Instruct-2507"
_MACHINE = "8 cores, 32 GB"
_TEXTS = {"english": ("e" * 64, 1.0), "chinese": ("c" * 64, 1.3), "code": ("d" * 64, 0.7)}
_FORMS = {
    "BF16": (8_050, 0.0, 1.0, 6.1),
    "Q8_0": (4_280, 0.0009, 0.993, 11.0),
    "Q6_K": (3_310, 0.0024, 0.986, 13.9),
    "Q5_K_M": (2_890, 0.0063, 0.977, 15.6),
    "Q4_K_M": (2_500, 0.0171, 0.959, 17.9),
    "IQ3_M": (2_110, 0.0531, 0.924, 14.2),
    "Q2_K": (1_670, 0.163, 0.851, 20.4),
}
"""Megabytes, nats, share of the same top token, tokens a second: none of it was measured."""
_SPEED: dict[str, object] = {"prompt": 512, "decode": 128, "depth": 0, "batch": 1, "threads": 8}


class ExampleFindings:
    """Stands where the lab's findings do."""

    def __init__(self, rows: list[Row], problem: Problem | None = None) -> None:
        self._rows, self._problem = rows, problem

    def bases(self) -> tuple[str, ...]:
        if self._problem is not None:
            raise self._problem
        return (BASE,) if self._rows else ()

    def entrant(self, subject: Subject) -> Entrant | None:
        return None

    def report(
        self,
        base: str = "",
        wanted: Wanted | None = None,
        labels: Labels | None = None,
        *,
        private: bool = False,
    ) -> Report:
        found = table(self._rows)
        fitting = _fitting(found)
        return compose(
            found, version="0", happened=0.0, fitting=fitting, wanted=wanted, private=private, labels=labels
        )


def _subject(form: str) -> Subject:
    size = _FORMS[form][0] * 1_000_000
    return Subject(f"{BASE}:{form}", f"{sum(form.encode()):064x}", form, size, "llamacpp", "0.3.36")


def _rows() -> list[Row]:
    found = []
    for form, (megabytes, drift, top, rate) in _FORMS.items():
        of = _subject(form)
        found += [_quality(of, text, drift, top) for text in _TEXTS]
        speed = {
            "prompt_tps": [9 * rate * one for one in (0.99, 1.0, 1.02)],
            "decode_tps": [rate * one for one in (0.985, 1.0, 1.01)],
            "peak_bytes": (megabytes + 900) * 1_000_000,
        }
        found.append(_row("speed", of, _SPEED, speed))
        score = 0.92 - drift
        kinds = {"arithmetic": score, "format": min(1.0, score + 0.05), "translation": score - 0.1}
        tasks = {"answers": [], "score": score, "score_error": 0.02, "by_kind": kinds}
        found.append(_row("tasks", of, {"tasks": "f" * 64, "name": "built-in"}, tasks))
    return found


def _quality(of: Subject, text: str, drift: float, top: float) -> Row:
    sha256, factor = _TEXTS[text]
    nats, kl, scored = log(9.0) + drift * factor, drift * factor, 12_800
    comparison = None
    if kl:
        comparison = {
            "reference": f"{BASE}:BF16",
            "count": scored,
            "kl_mean": [kl, 0.03 * kl],
            "kl_percentiles": [[50, kl / 4], [99, 12 * kl]],
            "same_top": [top, 0.002],
        }
    reference = _subject("BF16").fingerprint if comparison else ""
    settings = {"text": sha256, "name": text, "window": 512, "reference": reference}
    result = {
        "scored": scored,
        "logprob": [-nats, 0.01],
        "perplexity": exp(nats),
        "perplexity_error": 0.01 * exp(nats),
        "bits_per_byte": nats / log(2) / 4,
        "comparison": comparison,
    }
    return _row("quality", of, settings, result)


def _row(kind: Kind, of: Subject, settings: dict[str, object], result: dict[str, object]) -> Row:
    return Row(kind, of, settings, _MACHINE, 1_790_000_000.0, result)


def _fitting(found: Table) -> Fitting | None:
    limit, curves = 14_900_000_000, []
    for line in found.lines:
        base = line.subject.size_bytes + 400_000_000
        points = tuple((context, base + context * 147_456) for context in (512 << at for at in range(10)))
        most = max((context for context, size in points if size <= limit), default=0)
        curves.append(Curve(line.key, line.label, points, most))
    return Fitting(tuple(curves), "cpu", 16_000_000_000, limit) if curves else None


def _show(room: Room, rows: list[Row], problem: Problem | None = None, runs: tuple[Run, ...] = ()) -> None:
    room.app.lab.__dict__["findings"] = ExampleFindings(rows, problem)
    room.measuring.refresh()
    room.views.lab.show_runs(runs)


def _running() -> tuple[Run, ...]:
    models = tuple(f"{BASE}:{form}" for form in _FORMS)
    reading = Step(1, 2, "read", models[4], "chinese", 0.62, 1265.0)
    gone = Note("model_not_found", {"name": "Qwen3-8B:Q4_K_M", "known": BASE})
    return (
        Run(
            1, Asked(models, ("english", "chinese", "code"), tasks="built-in", speed=True), "running", reading
        ),
        Run(2, Asked(("Qwen3-8B:Q4_K_M",)), "failed", problem=gone),
        Run(3, Asked(("seedling:F16", "seedling"), ("english",)), "stopped"),
    )


def measure_speed(room: Room) -> LabForm:
    """With what is asked of speed, and one answer that is none."""
    form = room.measuring.form()
    form.speed.setChecked(True)
    form.fields.depths.setText("0,4096")
    form.fields.caches.setText("f16,q8")
    form.add_model("seedling:F16")
    form.start.click()
    return form


def _error() -> Problem:
    return Problem("store_busy", path="/home/ada/.local/share/qwendesk/qwendesk.db")


DOCKS: dict[str, tuple[str, Callable[[Room], None]]] = {
    "lab-empty": ("lab", lambda room: _show(room, [])),
    "lab": ("lab", lambda room: _show(room, _rows())),
    "lab-running": ("lab", lambda room: _show(room, _rows(), runs=_running())),
    "lab-error": ("lab", lambda room: _show(room, [], _error())),
}
