"""What is loaded for a benchmark, what is measured with it, in which order, and how long that takes."""

from __future__ import annotations

from pathlib import Path

from qwendesk.api.options import describe
from qwendesk.api.speed import SpeedRequest
from qwendesk.lab.benchplan import BenchWish, Grid, arms, steps
from qwendesk.lab.entrants import Entrant
from qwendesk.lab.pace import Pace
from qwendesk.models.model import Model
from qwendesk_llamacpp.options import LlamaCppOptions
from qwendesk_transformers.options import TransformersOptions

RUNTIMES = {"llamacpp": LlamaCppOptions, "transformers": TransformersOptions}


def entrant(name: str, runtime: str = "llamacpp", **options: object) -> Entrant:
    return Entrant(Model(name, name, Path(name), "gguf", "", 1), runtime, options)


def has(runtime: str) -> dict[str, object]:
    return {one.name: one for one in describe(RUNTIMES[runtime])}


def test_every_way_to_load_is_an_arm_and_every_length_a_case() -> None:
    wish = BenchWish(
        (entrant("a"), entrant("b")),
        Grid(
            prompts=(512, 64),
            depths=(0, 1000),
            batches=(1, 4),
            threads=(1, 2),
            cache_types=("f16", "q8_0/f16"),
        ),
    )
    found = arms(wish, has)  # type: ignore[arg-type]
    assert len(found) == 2 * 2 * 2 * 2
    first, last = found[0], found[-1]
    half = {"cache_type_k": "f16", "cache_type_v": "f16"}
    assert first.options == {"slots": 1, "prompt_cache": 0, "context": 1000 + 512 + 1, "threads": 1, **half}
    assert first.cases == tuple(SpeedRequest(p, 128, d) for p in (512, 64) for d in (0, 1000))
    quantized = {"cache_type_k": "q8_0", "cache_type_v": "f16"}
    assert last.options == {**first.options, "slots": 4, "threads": 2, **quantized}
    assert {one.batch for one in last.cases} == {4}


def test_a_runtime_gets_the_options_that_it_has_and_those_that_were_asked_for() -> None:
    chosen = entrant("a", "transformers", dtype="bfloat16")
    (arm,) = arms(BenchWish((chosen,), Grid(flash_attentions=("on",))), has)  # type: ignore[arg-type]
    assert arm.options == {"slots": 1, "context": 514, "dtype": "bfloat16", "flash_attention": "on"}
    (small,) = arms(BenchWish((entrant("a"),), Grid(prompts=(8,), decodes=(4,))), has)  # type: ignore[arg-type]
    assert small.options["context"] == 256, "the least that the runtime takes"


def test_models_take_turns() -> None:
    wish = BenchWish((entrant("a"), entrant("b")), Grid(prompts=(512, 64)))
    plan = arms(wish, has)  # type: ignore[arg-type]

    def order(*, together: bool) -> str:
        found = steps(plan, 2, together=together)
        return " ".join(f"{one.arm.entrant.name}{one.case.prompt}" for one in found)

    assert order(together=True) == "a512 b512 a64 b64 a512 b512 a64 b64"
    assert order(together=False) == "a512 a64 b512 b64 a512 a64 b512 b64"


def test_the_time_that_is_left_is_that_of_earlier_repetitions() -> None:
    plan = arms(BenchWish((entrant("a"), entrant("b"))), has)  # type: ignore[arg-type]
    todo = list(steps(plan, 2, together=True))
    now = [0.0]
    pace = Pace(todo, lambda: now[0])
    assert (pace.total, pace.rounds, pace.seconds_left) == (4, 2, None)
    for step, took, left in zip(todo, (10.0, 30.0, 20.0, 30.0), (30.0, 40.0, 30.0, 0.0), strict=True):
        with pace.taking(step):
            now[0] += took
        assert pace.seconds_left == left
    assert pace.done == 4
