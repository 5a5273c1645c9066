"""Repetitions become a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from qwendesk.api.problem import Note
from qwendesk.api.speed import Span, Speed, SpeedRequest
from qwendesk.lab.benchplan import Arm
from qwendesk.lab.entrants import Entrant
from qwendesk.lab.measured import Subject
from qwendesk.lab.sensors import Moment
from qwendesk.lab.tally import Tally
from qwendesk.models.model import Model
from qwendesk.monitor.roofline import Reading

SUBJECT = Subject("m", "a" * 64, "Q8_0", 1, "llamacpp", "1")


def tally(case: SpeedRequest) -> Tally:
    entrant = Entrant(Model("m", "m", Path("m"), "gguf", "", 1), "llamacpp")
    made = Tally(Arm(entrant, {"threads": 2, "context": 700}, (case,)), case, SUBJECT)
    made.bandwidth = 1000.0
    return made


def speed(read: float, written: float) -> Speed:
    return Speed(Span(read, 0.0, 1.0), Span(written, 1.0, 2.0))


def test_samples_ranges_and_peak_of_all_repetitions() -> None:
    one = tally(SpeedRequest(512, 100, depth=50))
    one.loaded = {"threads": 1, "flash_attention": "on", "context": 700}
    one.reading = Reading(weights=50, per_token=0.5)
    one.add_load(3.5)
    one.add(speed(100, 8), 2.0, Moment(1000, 50.0, 3000))
    one.add(speed(300, 12), None, Moment(3000, None, 2800))
    one.add(speed(200, 10), 1.0, Moment(2000, 60.0, 2900))
    row = one.write("here", 7.0)
    assert row.settings == {
        "prompt": 512,
        "decode": 100,
        "depth": 50,
        "batch": 1,
        "threads": 1,
        "flash_attention": "on",
    }
    assert row.result == {
        "prompt_tps": [100, 300, 200],
        "decode_tps": [8, 12, 10],
        "load_s": [3.5],
        "peak_bytes": 3000,
        "joules_per_token": [2.0, 1.0],
        "temperature": [50.0, 60.0],
        "clock_mhz": [2800, 3000],
        # The middle token stands behind 100 others: 50 bytes of weights and 50 of keys and values.
        "roofline_share": pytest.approx(10 / (1000 / 100)),
    }
    assert (row.kind, row.subject, row.machine, row.happened, row.problem) == (
        "speed",
        SUBJECT,
        "here",
        7.0,
        None,
    )


def test_a_batch_reads_the_weights_once() -> None:
    one = tally(SpeedRequest(0, 100, depth=50, batch=4))
    one.reading = Reading(weights=200, per_token=0.5)
    one.add(Speed(None, Span(8, 0.0, 1.0)), None, Moment(1))
    result = one.write("here", 0.0).result
    assert result["roofline_share"] == pytest.approx(8 / (1000 / (200 / 4 + 50)))
    assert result["prompt_tps"] == []
    assert result["joules_per_token"] is result["temperature"] is result["clock_mhz"] is None


def test_no_roof_over_what_lies_on_a_card() -> None:
    one = tally(SpeedRequest(8, 8))
    one.reading = Reading(weights=50, on_card=True)
    one.add(speed(1, 1), None, Moment(1))
    assert one.write("here", 0.0).result["roofline_share"] is None


def test_a_problem_counts_where_nothing_was_measured() -> None:
    failed, late = tally(SpeedRequest(8, 8)), tally(SpeedRequest(8, 8))
    late.add(speed(1, 1), None, Moment(1))
    for one in (failed, late):
        one.fail(Note("engine_ended_early"))
        assert one.over
    assert failed.write("here", 0.0).problem == Note("engine_ended_early")
    assert failed.write("here", 0.0).result == {}
    assert failed.write("here", 0.0).settings["threads"] == 2
    assert late.write("here", 0.0).problem is None
    assert late.write("here", 0.0).result["prompt_tps"] == [1]
