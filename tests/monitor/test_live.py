"""The last hour on plain values: courses, the newest tokens, the last replies."""

from __future__ import annotations

import csv
import math
from dataclasses import replace

import pytest

from qwendesk.api.reply import Delta
from qwendesk.monitor.bursts import Listener
from qwendesk.monitor.live import GAP_S, SPANS, Live
from qwendesk.monitor.sample import Burst, GpuSample, MachineSample, Sample, WorkerSample
from qwendesk.monitor.scale import top
from qwendesk.monitor.strip import Strip
from qwendesk.monitor.table import as_csv, live_rows, past_rows
from qwendesk.runtimes.pulse import MOST, Pulse
from qwendesk.store.metrics import Span

NOW = 1_000_000.0


def worker(
    session: int = 1, rate: float = 10.0, bursts: tuple[Burst, ...] = (), **more: object
) -> WorkerSample:
    made = WorkerSample(session, 1, "m", "llamacpp", 100, 120, busy=1.5, tokens_per_s=rate, bursts=bursts)
    return replace(made, **more)  # type: ignore[arg-type]


def sample(at: float, *workers: WorkerSample, cores: tuple[float, ...] = (1.0, 1.0)) -> Sample:
    return Sample(at, MachineSample(cores, memory_used=5), workers)


def test_a_minute_has_a_point_a_second_and_an_hour_one_for_twelve() -> None:
    live = Live()
    for second in range(3600):
        live.add(sample(NOW + second, worker(rate=float(second))))
    minute, hour = live.line("tokens_per_s", 60), live.line("tokens_per_s", 3600)
    assert (len(minute.ages), minute.ages[-1], minute.values[-1]) == (61, 0.0, 3599.0)
    assert len(hour.ages) <= 301
    # A point is the mean of its twelve seconds, which begin at a multiple of twelve.
    whole = [place for place, at in enumerate(hour.ages) if 0 < place < len(hour.ages) - 1]
    steps = {round(hour.values[place + 1] - hour.values[place], 6) for place in whole[:-1]}
    assert steps == {12.0}


def test_points_that_are_past_stay_as_they_were() -> None:
    live = Live()
    for second in range(1000):
        live.add(sample(NOW + second, worker(rate=float(second % 7))))
    before = live.line("tokens_per_s", 900)
    known = dict(zip((NOW + 999 + age for age in before.ages), before.values, strict=True))
    for second in range(1000, 1030):
        live.add(sample(NOW + second, worker(rate=50.0)))
    after = live.line("tokens_per_s", 900)
    later = dict(zip((NOW + 1029 + age for age in after.ages), after.values, strict=True))
    kept = [at for at in later if at < NOW + 996]
    assert kept
    assert all(later[at] == known[at] for at in kept)


def test_a_line_is_broken_where_nobody_looked() -> None:
    live = Live()
    for at in (0.0, 5.0, 10.0, 10.0 + GAP_S + 20.0):
        live.add(sample(NOW + at, worker()))
    values = live.line("memory", 60).values
    assert [math.isnan(one) for one in values] == [False, False, False, True, False]
    assert live.line("memory", 60).known == (100.0,) * 4


def test_what_is_not_measured_has_no_line() -> None:
    live = Live()
    live.add(sample(NOW, worker(), cores=()))
    assert live.line("cores", 60).ages == ()
    assert live.line("temperature", 60).ages == ()
    assert live.line("tokens_per_s", 60).values == (10.0,)


def test_lines_begin_anew_where_the_clock_is_set_back() -> None:
    live = Live()
    for second in range(60):
        live.add(sample(NOW + second, worker()))
    for second in range(3):
        live.add(sample(NOW - 3600 + second, worker(rate=20.0 + second)))
    assert live.sample is not None
    assert live.sample.at == NOW - 3598
    for span in SPANS:
        assert set(live.line("tokens_per_s", span).values) <= {20.0, 20.5, 21.0, 21.5, 22.0}
    assert live.line("tokens_per_s", 60).ages == (-2.0, -1.0, 0.0)
    live.add(sample(NOW - 3598, worker(rate=99.0)))
    assert live.line("tokens_per_s", 60).values == (20.0, 21.0, 22.0), "the same moment counts once"


def test_the_cards_are_about_the_worker_whose_reply_began_last() -> None:
    live = Live()
    first, second = worker(1, memory=100), worker(2, memory=700, device=50)
    live.add(sample(NOW, first, second))
    assert live.worker is not None
    assert live.worker.session == 2
    live.add(sample(NOW + 1, worker(1, bursts=(Burst(0, (), begins=True),)), second))
    assert live.worker.session == 1
    live.add(sample(NOW + 2, first, second))
    assert live.worker.session == 1
    live.add(sample(NOW + 3, second))
    assert live.worker.session == 2
    assert live.line("memory", 60).values == (750.0, 100.0, 100.0, 750.0)
    live.add(sample(NOW + 4))
    assert live.worker is None


def test_other_programs_are_what_the_workers_did_not_use_while_the_reply_ran() -> None:
    live = Live()
    live.add(sample(NOW, worker(), cores=(1.0, 1.0)))
    assert live.others is None
    begun = (Burst(3, (), begins=True),)
    live.add(sample(NOW + 1, worker(bursts=begun, running=1), cores=(1.0, 0.9)))
    live.add(sample(NOW + 2, worker(running=1), cores=(1.0, 0.7)))
    live.add(sample(NOW + 3, worker(), cores=(1.0, 1.0)))
    assert live.others == pytest.approx(0.3)
    live.add(sample(NOW + 4, worker(bursts=(Burst(4, (), begins=True),), running=1), cores=(1.0, 1.0)))
    assert live.others == pytest.approx(0.5)


def test_it_is_quiet_where_nothing_runs_and_the_processor_rests() -> None:
    live = Live()
    assert not live.quiet
    live.add(sample(NOW, worker(), cores=(0.1, 0.5)))
    assert live.quiet
    live.add(sample(NOW + 1, worker(running=1), cores=(0.1, 0.5)))
    assert not live.quiet
    live.add(sample(NOW + 2, worker(), cores=(0.9, 0.5)))
    assert not live.quiet


def test_the_strip_follows_the_reply_that_began_last() -> None:
    strip = Strip()
    strip.add(1, (Burst(1, (0.02, 0.02), begins=True),))
    strip.add(1, (Burst(1, (0.02, 0.09)),))
    found = strip.latencies
    assert (found.gaps, found.first, found.slow) == ((0.02, 0.02, 0.02, 0.09), 2, 1)
    strip.add(2, (Burst(1, (0.5,), begins=True),))
    strip.add(1, (Burst(1, (0.3,)),))
    assert strip.latencies.gaps == (0.5,)
    newest = found.newest(2)
    assert (newest.gaps, newest.first) == ((0.02, 0.09), 4)


@pytest.mark.parametrize(
    ("gaps", "slow"),
    [((), 0), ((0.001,) * 9 + (0.004,), 0), ((0.02,) * 9 + (0.0399,), 0), ((0.02,) * 9 + (0.041,), 1)],
)
def test_a_token_is_slow_from_twice_the_median_and_five_milliseconds_on(
    gaps: tuple[float, ...], slow: int
) -> None:
    strip = Strip()
    strip.add(1, (Burst(1, gaps, begins=True),))
    assert strip.latencies.slow == slow


def delta(*times: float) -> Delta:
    return Delta("answer", "x", len(times), times[0], times[-1], times=times)


def test_tokens_are_heard_once_each_with_the_time_since_the_one_before() -> None:
    pulse, listener = Pulse(), Listener()
    assert listener(0.0, pulse) == (None, ())
    pulse.beat(1, delta(1.0, 1.5))
    pulse.beat(2, delta(1.2))
    rate, bursts = listener(2.0, pulse)
    assert rate == 1.5
    assert bursts == (Burst(1, (0.5,), begins=True), Burst(2, (), begins=True))
    pulse.beat(1, delta(2.5, 2.75))
    assert listener(4.0, pulse) == (1.0, (Burst(1, (1.0, 0.25)),))
    assert listener(5.0, pulse) == (0.0, ())


def test_more_tokens_than_are_kept_count_all_the_same() -> None:
    pulse = Pulse()
    for at in range(MOST + 500):
        pulse.beat(1, delta(float(at)))
    count, newest = pulse.since(0)
    assert (count, len(newest), newest[-1]) == (MOST + 500, MOST, (1, MOST + 499.0))
    assert pulse.since(count) == (count, [])


def test_a_worker_that_tells_only_the_ends_has_its_tokens_spread_between_them() -> None:
    pulse = Pulse()
    pulse.beat(7, Delta("answer", "x", 3, 1.0, 2.0))
    assert pulse.since(0) == (3, [(7, 1.0), (7, 1.5), (7, 2.0)])


def test_an_axis_ends_at_a_round_number_and_stays_there() -> None:
    assert top(52.1) == 60.0
    assert top(3.29e9) == 4e9
    assert top(55.0, before=60.0) == 60.0
    assert top(25.0, before=60.0) == 60.0
    assert top(20.0, before=60.0) == 30.0
    assert top(61.0, before=60.0) == 80.0
    assert (top(0.0), top(0.0, before=60.0), top(math.nan)) == (1.0, 60.0, 1.0)


def test_rows_carry_units_moments_and_empty_cells() -> None:
    live = Live()
    live.add(sample(NOW, worker(), cores=()))
    card = GpuSample(0, "Card", busy=0.5)
    live.add(replace(sample(NOW + 1, worker()), gpus=(card,)))
    head, first, second = csv.reader(as_csv(live_rows(live, 60)).splitlines())
    assert head[:4] == ["time", "seconds", "tokens_per_s [tok/s]", "memory [bytes]"]
    assert head[-1] == "gpu_busy.0 [share]"
    assert (first[1], first[-1], second[1], second[-1]) == ("-1.0", "", "0.0", "0.5")
    assert as_csv(live_rows(Live(), 60)) == "time,seconds\n"
    rows = past_rows([Span(NOW, 60, 2, 5.0, 1.0, 4.0)], "s")
    assert list(rows[1][1:]) == [60, 2, 2.5, 1.0, 4.0]


def test_spans_are_drawn_from_at_most_three_hundred_points() -> None:
    assert all(span / step <= 300 for span, step in SPANS.items())
