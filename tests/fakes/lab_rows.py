"""Made-up rows of the lab: six quantizations of one model, as the lab would have measured them."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log
from typing import Any

from qwendesk.api.problem import Note
from qwendesk.lab.fitting import Curve, Fitting
from qwendesk.lab.measured import Kind, Row, Subject
from qwendesk.lab.table import Table

MACHINE = "AMD Ryzen 7 7840U, 8 cores, 32 GB"
TEXTS = {"english": "e" * 64, "chinese": "c" * 64, "code": "d" * 64}
SETTINGS = {
    "prompt": 512, "decode": 128, "depth": 0, "batch": 1, "threads": 8, "cache_type_k": "f16",
    "cache_type_v": "f16", "flash_attention": "auto",
}  # fmt: skip
FORMS = {
    "BF16": (8_050, 0.0, 1.0, 6.1),
    "Q8_0": (4_280, 0.0009, 0.993, 11.0),
    "Q6_K": (3_310, 0.0024, 0.986, 13.9),
    "Q5_K_M": (2_890, 0.0063, 0.977, 15.6),
    "Q4_K_M": (2_500, 0.0171, 0.959, 17.9),
    "IQ3_M": (2_110, 0.0531, 0.924, 14.2),
    "Q2_K": (1_670, 0.163, 0.851, 20.4),
}
"""Megabytes, nats, share of the same top, tokens a second."""


def subject(form: str, **changes: Any) -> Subject:
    values: dict[str, Any] = {
        "name": f"Qwen3-4B-Instruct-2507:{form}",
        "sha256": f"{sum(form.encode()):064x}",
        "quantization": form,
        "size_bytes": FORMS.get(form, (1_000, 0, 0, 0))[0] * 1_000_000,
        "runtime": "llamacpp",
        "engine": "0.3.36",
    }
    return Subject(**{**values, **changes})


REFERENCE = subject("BF16").fingerprint


def row(
    kind: Kind, of: Subject, settings: Mapping[str, Any], result: Mapping[str, Any], at: float = 1.0
) -> Row:
    return Row(kind, of, settings, MACHINE, 1_790_000_000.0 + at, result)


def quality(of: Subject, text: str = "english", kl: float | None = None, **more: Any) -> Row:
    """A text read; `kl` is the drift with a standard error of 3 %, or none."""
    scored = more.pop("scored", 12_800)
    nats = log(9.0) + (kl or 0.0)
    error = more.pop("error", None)
    comparison = None
    if kl is not None:
        comparison = {
            "reference": "Qwen3-4B-Instruct-2507:BF16",
            "count": scored,
            "kl_mean": [kl, kl * 0.03 if error is None else error],
            "kl_percentiles": [[50, kl / 4], [99, kl * 12]],
            "same_top": [more.pop("same_top", 0.95), 0.002],
        }
    settings = {
        "text": TEXTS[text],
        "name": text,
        "window": 512,
        "reference": REFERENCE if comparison else "",
    }
    result = {
        "tokens": 2 * scored, "windows": scored // 255, "scored": scored, "bytes": 4 * scored,
        "logprob": [-nats, 0.01], "perplexity": exp(nats), "perplexity_error": 0.01 * exp(nats),
        "bits_per_byte": nats / log(2) / 4, "seconds": 60.0, "comparison": comparison, "no_comparison": None,
    }  # fmt: skip
    at = more.pop("at", 1.0)
    return row("quality", of, {**settings, **more.pop("settings", {})}, {**result, **more}, at)


def speed(of: Subject, decode: float, peak: int | None = None, **settings: Any) -> Row:
    result = {
        "prompt_tps": [decode * 9 * one for one in (0.99, 1.0, 1.02)],
        "decode_tps": [decode * one for one in (0.985, 1.0, 1.01)],
        "load_s": [1.2, 1.3, 1.25],
        "peak_bytes": peak,
        "joules_per_token": [40 / decode, 41 / decode, 40.5 / decode],
        "temperature": [61.0, 78.0],
        "clock_mhz": None,
        "roofline_share": 0.81,
    }
    return row("speed", of, {**SETTINGS, **settings}, result)


def tasks(of: Subject, score: float) -> Row:
    answers = [
        {"id": "sum-1", "kind": "arithmetic", "answer": "A private answer: 42", "score": 1.0},
        {"id": "form-1", "kind": "format", "answer": "{}", "score": 2 * score - 1},
    ]
    result = {
        "answers": answers, "score": score, "score_error": 0.02,
        "by_kind": {"arithmetic": 1.0, "format": 2 * score - 1}, "seconds": 90.0,
    }  # fmt: skip
    return row("tasks", of, {"tasks": "f" * 64, "name": "built-in"}, result)


def whole_lab() -> list[Row]:
    """Every form with three texts, a speed and tasks; IQ3_M has no tasks, Q2_K failed with code."""
    found = []
    for form, (megabytes, kl, top, rate) in FORMS.items():
        of = subject(form)
        found.append(speed(of, rate, megabytes * 1_000_000 + 900_000_000))
        for text, factor in (("english", 1.0), ("chinese", 1.3), ("code", 0.7)):
            drift = kl * factor if form != "BF16" else None
            found.append(quality(of, text, drift, **({"same_top": top} if drift is not None else {})))
        if form != "IQ3_M":
            found.append(tasks(of, 0.92 - kl))
    problem = Note("model_missing", {"path": "/home/ada/models/q2.gguf"})
    found.append(
        Row(
            "quality",
            subject("Q2_K"),
            {"text": "9" * 64, "name": "maths"},
            MACHINE,
            1_790_000_000.0,
            {},
            problem,
        )
    )
    return found


def whole_fitting(found: Table) -> Fitting:
    """Memory by context for the lines of a table, and 16 GB free."""
    limit = 14_900_000_000
    lengths = [512 << at for at in range(10)]
    curves = []
    for line in found.lines:
        base = line.subject.size_bytes + 400_000_000
        points = tuple((context, base + context * 147_456) for context in lengths)
        most = max((context for context, size in points if size <= limit), default=0)
        curves.append(Curve(line.key, line.label, points, most))
    return Fitting(tuple(curves), "cpu", 16_000_000_000, limit)
