"""The roofline on plain values, and on a file that is loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fakes import scripted_plugin
from monitor.conftest import Replied
from qwendesk.api.reply import Finished, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.app import App
from qwendesk.models.memory.parts import Estimate, Part
from qwendesk.models.model import Model
from qwendesk.monitor.roofline import Reached, Reading, reached, roofline, together
from qwendesk.monitor.rooflines import Rooflines
from qwendesk.monitor.shares import shares
from qwendesk.system.paths import Paths
from qwendesk.words import roofline as words

READ = Reading(weights=2_000_000_000, per_token=100_000.0, state=0)
BANDWIDTH = 100e9


def test_the_roof_is_bandwidth_over_what_a_token_reads() -> None:
    roof = roofline(BANDWIDTH, READ, depth=5_000)
    assert roof.bytes == 2_500_000_000
    assert roof.ceiling == 40.0
    assert (roof.share, roof.token_s, roof.rest_s) == (None, None, 0.0)
    assert roofline(BANDWIDTH, Reading(0)).ceiling == 0.0


def test_the_time_of_a_token_is_reading_and_the_rest() -> None:
    roof = roofline(BANDWIDTH, READ, Reached(20.0, 100, 5_000))
    assert roof.share == 0.5
    assert roof.weights_s == pytest.approx(0.020)
    assert roof.cache_s == pytest.approx(0.005)
    assert roof.rest_s == pytest.approx(0.025)


def test_above_the_roof_reading_takes_no_longer_than_the_token() -> None:
    roof = roofline(BANDWIDTH, READ, Reached(80.0, 100, 5_000))
    assert roof.share == 2.0
    assert roof.rest_s == pytest.approx(0.0)
    assert roof.weights_s + roof.cache_s == pytest.approx(1 / 80)


def test_speculation_reads_once_for_several_tokens() -> None:
    roof = roofline(BANDWIDTH, READ, Reached(20.0, 100, 5_000, per_pass=2.0))
    assert roof.ceiling == 80.0
    assert "2.0 tokens for each reading" in words.caveat(READ, roof)


def finished(tokens: int, rate: float | None = 50.0, accepted: int = 0) -> Finished:
    usage = Usage(100, 0, tokens, injected_tokens=10, accepted_tokens=accepted)
    return Finished("stop", "", "", (), usage, Timings(0.1, 100.0, rate), Sampling())


def test_a_reply_reached_its_speed_at_the_depth_of_its_middle() -> None:
    assert reached(finished(40)) == Reached(50.0, 40, 130.0, 1.0)
    assert reached(finished(40, accepted=20)) == Reached(50.0, 40, 130.0, 2.0)
    assert reached(finished(15)) is None
    assert reached(finished(40, rate=None)) is None


def test_replies_together_are_all_tokens_over_all_time() -> None:
    both = together([Reached(10.0, 100, 50.0), Reached(30.0, 300, 250.0)])
    assert both is not None
    assert (both.tokens_per_s, both.tokens, both.depth) == (20.0, 400, 200.0)
    assert together([]) is None


def test_the_sentence_says_what_eats_the_rest() -> None:
    roof = roofline(BANDWIDTH, READ, Reached(20.0, 100, 5_000))
    told = words.sentence(READ, roof, 3, 0.4)
    for part in (
        "40.0 tok/s possible",
        "100.0 GB/s",
        "last 3 replies",
        "50 %",
        "20.0 ms",
        "25.0 ms",
        "0.4 cores",
    ):
        assert part in told
    assert "caches" in words.sentence(Reading(1_000_000), roof, 3)
    on_card = words.sentence(Reading(2_000_000_000, on_card=True), roof, 3)
    assert "graphics card" in on_card
    assert "possible" not in on_card


def test_shares_hold_every_byte_of_the_estimate() -> None:
    kinds: Any = (
        "weights",
        "repacked",
        "cache",
        "state",
        "compute",
        "vocabulary",
        "overhead",
        "prompt_cache",
    )
    estimate = Estimate(tuple(Part(kind, 10, "") for kind in kinds))
    assert shares(estimate) == {"weights": 20, "cache": 30, "compute": 10, "other": 20}


@pytest.fixture
def app(paths: Paths) -> Any:
    paths.cache.mkdir(parents=True)
    with App(paths) as opened:
        yield opened


def test_seedling_reads_its_tensors_and_its_cache(app: App, seedling: Path) -> None:
    model = app.library.find(None)
    rooflines = Rooflines(app.forecast, app.metrics, app.paths.cache, lambda _cache: 10e9)
    assert not rooflines.is_measured
    expected = rooflines.expected(model, "llamaserver", {"context": 1024, "slots": 1})
    facts = app.forecast.facts(model)
    assert expected.bandwidth == 10e9
    assert expected.reading.weights == facts.bytes_per_token > 0
    heads, size = max(facts.attention.kv_heads), facts.attention.key_size + facts.attention.value_size
    assert expected.reading.per_token == len(facts.attention.layers) * heads * size * 2
    quantized = rooflines.reading(model, "llamaserver", {"context": 1024, "slots": 1, "cache_type_k": "q8_0"})
    assert quantized.per_token < expected.reading.per_token


def record(app: App, replied: Replied) -> Model:
    model = app.library.find(None)
    for context in (512, 1024):
        app.recorder.heard(replied(model.name, {"context": context, "slots": 1}))
    app.recorder.heard(replied("another model"))
    app.recorder.write()
    return model


def test_recorded_replies_stand_under_the_roof_of_their_settings(paths: Paths, replied: Replied) -> None:
    with App(paths, [scripted_plugin.found()]) as app:
        model = record(app, replied)
        rooflines = Rooflines(app.forecast, app.metrics, app.paths.cache, lambda _cache: 10e9)
        found = rooflines.recorded(model)
    assert [json.loads(one.settings)["context"] for one in found] == [1024, 512]
    assert [one.replies for one in found] == [1, 1]
    assert found[0].roofline.reached == Reached(50.0, 90, 145.0)
    assert found[0].roofline.depth == 145.0


def test_replies_of_a_runtime_that_is_gone_are_left_out(app: App, replied: Replied) -> None:
    model = record(app, replied)
    assert Rooflines(app.forecast, app.metrics, app.paths.cache, lambda _cache: 10e9).recorded(model) == []
