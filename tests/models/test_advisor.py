"""Advice for many machines and tasks: it fits, it is ordered, it is explained."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwendesk.models.advisor.advice import advise
from qwendesk.models.advisor.plans import FLOOR
from qwendesk.models.advisor.suitability import suitable
from qwendesk.models.advisor.wish import GIB, TASKS, Advice, Capacity, Runner, Task, Wish
from qwendesk.models.catalog import catalogue
from qwendesk.models.planned import facts_of, file_bytes
from qwendesk.words.problems import word

ABLE = (Runner("llamacpp", frozenset({"images", "audio", "embed"})),)
LAPTOP = Capacity(16 * GIB, 200 * GIB, 40e9)


def asked(
    task: Task = "chat", machine: Capacity = LAPTOP, *languages: str, have: tuple[str, ...] = ()
) -> Advice:
    return advise(Wish(task, languages), machine, ABLE, have)


def check(advice: Advice, machine: Capacity, have: tuple[str, ...] = ()) -> None:
    """What holds for every advice on every machine."""
    assert (advice.nothing is None) == bool(advice.picks)
    assert len(advice.picks) <= 3
    assert len({one.name for one in advice.picks}) == len(advice.picks)
    for one in advice.picks:
        if one.on_gpu:
            assert sum(part.bytes for part in one.memory if part.device == "gpu") <= machine.video_budget
        else:
            assert one.memory_bytes <= machine.budget < machine.memory
        assert one.memory_bytes == sum(part.bytes for part in one.memory)
        assert one.name in have or one.disk_bytes + FLOOR <= machine.disk
        assert one.tokens_per_s >= 0
        assert one.context >= 2048
        assert one.name == f"{one.repo}:{one.quant}"
        assert one.official == (one.publisher == "Qwen")
        assert one.model in str(word(one.why))
        for note in (one.why, one.why_not_larger):
            assert note is None or "{" not in str(word(note))
    roles = [one.role for one in advice.picks]
    assert roles == [one for one in ("recommended", "stronger", "faster") if one in roles]
    if advice.picks:
        first = advice.picks[0]
        assert first.role == "recommended"
        for one in advice.picks[1:]:
            assert (one.quality > first.quality) == (one.role == "stronger")
            assert (one.tokens_per_s > first.tokens_per_s) == (one.role == "faster") or one.role == "stronger"
    if advice.nothing is not None:
        assert str(word(advice.nothing))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("gibibytes", [1, 4, 8, 16, 64, 256])
@pytest.mark.parametrize("bandwidth", [8e9, 100e9])
def test_on_every_machine(task: Task, gibibytes: int, bandwidth: float) -> None:
    machine = Capacity(gibibytes * GIB, 2000 * GIB, bandwidth)
    check(asked(task, machine), machine)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(TASKS),
    st.integers(0, 2048 * GIB),
    st.integers(0, 4096 * GIB),
    st.floats(1e6, 1e13),
    st.sampled_from([0, 4 * GIB, 24 * GIB, 96 * GIB]),
    st.sampled_from([None, 0.1, 0.9, 2.0]),
    st.sets(st.sampled_from(["en", "zh", "de", "sw", "x", "pt-BR"])),
)
def test_on_any_machine(
    task: Task,
    memory: int,
    disk: int,
    bandwidth: float,
    video: int,
    efficiency: float | None,
    languages: set[str],
) -> None:
    machine = Capacity(memory, disk, bandwidth, video, frozenset({"avx2"}), efficiency)
    runner = replace(ABLE[0], gpu=video > 0)
    check(advise(Wish(task, tuple(languages)), machine, (runner,)), machine)


@given(st.integers(4, 200), st.integers(1, 100))
@settings(max_examples=20, deadline=None)
def test_more_memory_never_gives_worse_answers(gibibytes: int, more: int) -> None:
    small, large = (
        replace(LAPTOP, memory=one * GIB, bandwidth=4e11, disk=4000 * GIB)
        for one in (gibibytes, gibibytes + more)
    )
    before, after = (
        max((one.quality for one in asked("chat", machine).picks), default=-99) for machine in (small, large)
    )
    assert after >= before


def test_what_people_expect() -> None:
    """The catalogue's own advice: 4B on 8 GB, 9B on 16 GB."""
    machines = {8: "Qwen3.5-4B", 16: "Qwen3.5-9B"}
    for gibibytes, model in machines.items():
        advice = asked("chat", replace(LAPTOP, memory=gibibytes * GIB, bandwidth=60e9))
        assert advice.picks[0].model == model


@pytest.mark.parametrize(
    ("task", "kinds"),
    [
        ("chat", {"general"}),
        ("code", {"coder", "general"}),
        ("vision", {"vision"}),
        ("audio", {"audio", "omni"}),
        ("embedding", {"embedding"}),
        ("long", {"general"}),
    ],
)
def test_the_right_kind_for_the_task(task: Task, kinds: set[str]) -> None:
    found = suitable(Wish(task))
    assert found
    assert {one.family.kind for one in found} <= kinds
    assert all(one.entry.gguf and one.entry.variant != "base" for one in found)


def test_long_documents_get_long_contexts() -> None:
    pick = asked("long", Capacity(64 * GIB, 500 * GIB, 40e9)).picks[0]
    assert pick.context == 131072


def test_languages_that_a_family_does_not_speak() -> None:
    everyone, swahili = (suitable(Wish("chat", languages)) for languages in ((), ("sw",)))
    assert {one.family.id for one in swahili} < {one.family.id for one in everyone}
    assert "qwen2.5" not in {one.family.id for one in swahili}
    assert "qwen2.5" in {one.family.id for one in suitable(Wish("chat", ("de", "zh")))}


def test_without_a_runtime_that_can_there_is_no_advice() -> None:
    advice = advise(Wish("audio"), LAPTOP, (Runner("llamacpp", frozenset()),))
    assert advice.picks == ()
    assert advice.nothing is not None
    assert advice.nothing.id == "advice_no_runtime"
    assert advise(Wish(), LAPTOP, ()).nothing is not None


def test_no_room_on_the_disk() -> None:
    advice = asked("chat", replace(LAPTOP, disk=FLOOR))
    assert advice.nothing is not None
    assert advice.nothing.id == "advice_no_disk"
    little = asked("chat", replace(LAPTOP, disk=FLOOR + 2 * GIB))
    assert little.picks[0].disk_bytes <= 2 * GIB
    assert little.picks[0].why_not_larger is not None
    assert little.picks[0].why_not_larger.id == "advice_larger_disk"


def test_what_is_here_already_needs_no_disk() -> None:
    name = asked().picks[0].name
    full = replace(LAPTOP, disk=0)
    advice = asked("chat", full, have=(name.upper(),))
    assert [(one.name, one.installed) for one in advice.picks] == [(name, True)]


def test_no_memory_at_all() -> None:
    advice = asked("chat", replace(LAPTOP, memory=GIB))
    assert advice.nothing is not None
    assert advice.nothing.id == "advice_no_memory"


def test_a_card_that_a_runtime_computes_on() -> None:
    machine = replace(LAPTOP, video=24 * GIB)
    on_card = advise(Wish(), machine, (replace(ABLE[0], gpu=True),)).picks[0]
    assert on_card.on_gpu
    assert on_card.tokens_per_s > asked("chat", machine).picks[0].tokens_per_s
    assert not asked("chat", machine).picks[0].on_gpu


def test_a_model_that_sees_needs_its_eye() -> None:
    (pick, *_) = asked("vision").picks
    assert pick.projector
    assert any(part.id == "projector" and part.bytes > 500_000_000 for part in pick.memory)
    assert not asked("chat").picks[0].projector


def test_speed_follows_what_was_measured() -> None:
    usual, slow = (asked("chat", replace(LAPTOP, efficiency=one)) for one in (None, 0.2))
    by_name = {one.name: one.tokens_per_s for one in usual.picks}
    for one in slow.picks:
        if one.name in by_name:
            assert one.tokens_per_s < by_name[one.name]


def test_the_sizes_of_files_are_near_those_that_were_seen() -> None:
    """Computed without what was seen, within 6 %; unsloth's own mixtures and narrow rows aside."""
    errors = []
    for _, entry in catalogue().entries():
        for seen in entry.downloads:
            blind = replace(entry, downloads=())
            computed = file_bytes(blind, seen.quant)
            narrow = entry.embedding and entry.embedding % 256
            if computed and entry.billions and not narrow and not seen.quant.startswith(("UD-", "MMPROJ")):
                errors.append(abs(computed / seen.bytes - 1))
    assert len(errors) > 30
    assert sorted(errors)[len(errors) // 2] < 0.03


def test_a_planned_model_has_the_bytes_of_its_file() -> None:
    for _, entry in catalogue().entries():
        size = file_bytes(entry, "Q4_K_M")
        facts = facts_of(entry, "Q4_K_M", size) if size else None
        if facts is not None and size:
            assert 0.98 < facts.tensor_bytes / size <= 1.0
