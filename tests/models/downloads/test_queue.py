"""The queue: paused, resumed, cancelled, reordered, limited; and what is told about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fakes.hub import Fault, Hub
from qwendesk.api.problem import Problem
from qwendesk.models.downloads.pull import ModelInstalled, PullChanged, PullRemoved, QueueHeld, QueueReleased

from .conftest import BLOCK, CONTENT, NAME, REPO, SIZE, Bench, problem_of, refused


def stalled(bench: Bench, hub: Hub) -> int:
    """A pull that waits for bytes, ten blocks in."""
    hub.faults.append(Fault(NAME, times=1, stall_at=10 * BLOCK))
    pull = bench.downloads.add(bench.downloads.plan(f"{REPO}:Q8_0"))
    bench.downloads.start()
    bench.until(pull, lambda now: now.done >= 9 * BLOCK)
    return pull.number


def test_paused_while_it_waits_and_resumed(make: Callable[..., Bench], hub: Hub) -> None:
    bench = make(stall_s=60)
    number = stalled(bench, hub)
    assert bench.downloads.pause(number).state == "paused"
    bench.until(bench.downloads.pull(number), lambda now: now.files[0].state == "queued")
    assert bench.part.stat().st_size == 10 * BLOCK
    bench.downloads.resume(number)
    assert bench.ended(bench.downloads.pull(number)).state == "done"
    assert bench.target.read_bytes() == CONTENT
    assert hub.sent(NAME) == SIZE


def test_closing_keeps_what_is_there_for_the_next_start(make: Callable[..., Bench], hub: Hub) -> None:
    bench = make(stall_s=60)
    number = stalled(bench, hub)
    bench.downloads.close()
    again = make()
    assert again.downloads.pull(number).state == "queued"
    again.downloads.start()
    assert again.ended(again.downloads.pull(number)).state == "done"
    assert [note.id for note in again.downloads.pull(number).files[0].notes] == ["download_resumed"]
    assert hub.sent(NAME) == SIZE


def test_another_process_may_pause_it(make: Callable[..., Bench], hub: Hub) -> None:
    bench, other = make(stall_s=60), make()
    number = stalled(bench, hub)
    assert other.downloads.pull(number).state == "running"
    other.downloads.pause(number)
    bench.until(bench.downloads.pull(number), lambda now: now.files[0].state == "queued")
    assert bench.downloads.pull(number).state == "paused"


def test_cancelled_while_it_runs_nothing_is_left(make: Callable[..., Bench], hub: Hub) -> None:
    bench = make(stall_s=60)
    number = stalled(bench, hub)
    removed: list[object] = []
    import threading

    gone = threading.Event()

    def listen(event: object) -> None:
        if isinstance(event, PullRemoved):
            removed.append(event)
            gone.set()

    bench.bus.subscribe(listen)
    bench.downloads.cancel(number)
    gone.wait()
    assert removed == [PullRemoved(number)]
    assert bench.downloads.pulls() == []
    assert not list(bench.folder.glob("*"))


def test_cancelled_with_parts_of_several_files_nothing_is_left(make: Callable[..., Bench], hub: Hub) -> None:
    names = ["a.txt", "b.txt"]
    hub.repos[REPO] |= dict.fromkeys(names, CONTENT)
    bench = make(stall_s=60)
    bench.settings.set("downloads.parallel", 1)
    hub.faults += [Fault("a.txt", status=404, times=1), Fault("b.txt", times=1, stall_at=10 * BLOCK)]
    (bench.folder).mkdir(parents=True)
    (bench.folder / "a.txt.part").write_bytes(b"half")
    pull = bench.downloads.add(bench.downloads.plan(REPO, names=names))
    bench.downloads.start()
    bench.until(pull, lambda now: now.done >= 9 * BLOCK)
    bench.downloads.cancel(pull.number)
    while bench.downloads.pulls():
        bench.downloads.held()
    assert not list(bench.folder.glob("*"))


def test_cancelled_while_it_waits(bench: Bench) -> None:
    pull = bench.downloads.add(bench.downloads.plan(f"{REPO}:Q8_0"))
    bench.downloads.cancel(pull.number)
    assert bench.downloads.pulls() == []
    assert refused(lambda: bench.downloads.pull(pull.number)).id == "download_unknown"


def test_a_cancelled_part_is_thrown_away(bench: Bench, hub: Hub) -> None:
    hub.faults.append(Fault(NAME, cut_at=10 * BLOCK))
    pull = bench.pull()
    assert bench.part.stat().st_size == 10 * BLOCK
    bench.downloads.cancel(pull.number)
    assert not list(bench.folder.glob("*"))


def test_the_same_pull_again_is_the_same_one(bench: Bench, hub: Hub) -> None:
    hub.faults.append(Fault(NAME, cut_at=10 * BLOCK))
    first = bench.pull()
    hub.faults.clear()
    second = bench.pull()
    assert (second.number, second.state) == (first.number, "done")
    assert hub.sent(NAME) == SIZE


def test_order(bench: Bench) -> None:
    plans = [bench.downloads.plan(f"{REPO}:{quant}") for quant in ("Q8_0", "F16")]
    one, two = (bench.downloads.add(plan).number for plan in plans)

    def order() -> list[int]:
        return [pull.number for pull in bench.downloads.pulls()]

    assert order() == [one, two]
    bench.downloads.move(two, before=one)
    assert order() == [two, one]
    bench.downloads.move(two, before=None)
    assert order() == [one, two]


def test_no_more_files_at_once_than_allowed(make: Callable[..., Bench], hub: Hub) -> None:
    for number in range(4):
        hub.repos[REPO][f"part-{number}.txt"] = b"x" * BLOCK
    bench = make(stall_s=60)
    bench.settings.set("downloads.parallel", 2)
    hub.faults += [Fault("part-", times=4, stall_at=0)]
    pull = bench.downloads.add(
        bench.downloads.plan(REPO, names=[f"part-{number}.txt" for number in range(4)])
    )
    bench.downloads.start()
    bench.until(pull, lambda _: len(hub.asked("resolve", "part-")) == 2)
    states = [file.state for file in bench.downloads.pull(pull.number).files]
    assert states == ["running", "running", "queued", "queued"]
    hub.let_go.set()
    assert bench.ended(pull).state == "done"


def test_events(bench: Bench) -> None:
    pull = bench.pull()
    bench.until(pull, lambda _: any(isinstance(one, ModelInstalled) for one in bench.events))
    changes = [one.pull.state for one in bench.events if isinstance(one, PullChanged)]
    assert changes[0] == "queued"
    assert changes[-1] == "done"
    installed = [one for one in bench.events if isinstance(one, ModelInstalled)]
    assert [one.paths for one in installed] == [(bench.target,)]


def test_no_room_is_told_before_anything_is_fetched(bench: Bench, hub: Hub) -> None:
    bench.settings.set("downloads.keep_free_gb", 1e9)
    problem = refused(bench.pull)
    assert problem.id == "no_room"
    assert problem.arguments["needed"] == SIZE
    assert bench.downloads.pulls() == []


def test_room_that_goes_away_holds_the_queue(bench: Bench, hub: Hub) -> None:
    pull = bench.downloads.add(bench.downloads.plan(f"{REPO}:Q8_0"))
    bench.settings.set("downloads.keep_free_gb", 1e9)
    bench.downloads.start()
    bench.until(pull, lambda _: bench.held())
    held = bench.downloads.held()
    assert held is not None
    assert held.id == "no_room"
    bench.until(pull, lambda now: now.files[0].state == "queued")
    assert any(isinstance(one, QueueHeld) for one in bench.events)
    bench.settings.set("downloads.keep_free_gb", 0)
    bench.downloads.release()
    assert bench.ended(pull).state == "done"
    assert any(isinstance(one, QueueReleased) for one in bench.events)


def test_a_mirror_of_another_source_helps_where_the_hash_is_the_same(bench: Bench, hub: Hub) -> None:
    pytest.importorskip("qwendesk_modelscope")
    with Hub({REPO: {NAME: CONTENT}}) as scope:
        bench.settings.set("hub.modelscope.endpoint", scope.url)
        hub.faults.append(Fault(NAME, cut_at=10 * BLOCK))
        pull = bench.pull(mirrors=["modelscope"])
        assert pull.state == "done"
        assert scope.sent(NAME) == SIZE - 10 * BLOCK


def test_a_mirror_with_another_hash_is_not_asked_for_bytes(bench: Bench, hub: Hub) -> None:
    pytest.importorskip("qwendesk_modelscope")
    with Hub({REPO: {NAME: bytes(SIZE)}}) as scope:
        bench.settings.set("hub.modelscope.endpoint", scope.url)
        hub.faults.append(Fault(NAME, cut_at=10 * BLOCK))
        assert problem_of(bench.pull(mirrors=["modelscope"])) == "connection_lost"
        assert scope.sent(NAME) == 0


def test_a_file_that_the_hub_replaced_supersedes_the_old_one(bench: Bench, hub: Hub) -> None:
    hub.faults.append(Fault(NAME, cut_at=10 * BLOCK))
    old = bench.pull()
    hub.faults.clear()
    hub.repos[REPO][NAME] = CONTENT[::-1]
    new = bench.pull()
    assert new.state == "done"
    assert [one.number for one in bench.downloads.pulls()] == [new.number]
    assert new.number != old.number or new.created != old.created
    assert bench.target.read_bytes() == CONTENT[::-1]


def test_two_pulls_of_one_file_fetch_it_once(make: Callable[..., Bench], hub: Hub) -> None:
    bench = make(stall_s=60)
    hub.faults.append(Fault(NAME, times=1, stall_at=10 * BLOCK))
    one = bench.downloads.add(bench.downloads.plan(f"{REPO}:Q8_0"))
    two = bench.downloads.add(bench.downloads.plan(REPO, names=[NAME, "README.md"]))
    bench.downloads.start()
    bench.until(two, lambda now: now.files[1].state == "done")
    assert bench.downloads.pull(two.number).files[0].state == "queued"
    bench.downloads.cancel(one.number)
    assert bench.ended(two).state == "done"
    assert bench.target.read_bytes() == CONTENT


def test_a_busy_hub_is_asked_for_its_list_again(bench: Bench, hub: Hub) -> None:
    hub.faults.append(Fault("/api/", times=2, status=429))
    assert bench.downloads.plan(f"{REPO}:Q8_0").size == SIZE
    hub.faults.append(Fault("/api/", times=1, status=429, headers={"Retry-After": "3000"}))
    assert refused(lambda: bench.downloads.plan(f"{REPO}:Q8_0")).id == "hub_busy"


@pytest.mark.parametrize("lie", ["size", "hash"])
def test_a_list_of_nonsense_is_refused(bench: Bench, hub: Hub, lie: str) -> None:
    if lie == "size":
        hub.sizes[NAME] = -5
    else:
        hub.hashes[NAME] = "../" * 21 + "x"
    assert refused(lambda: bench.downloads.plan(f"{REPO}:Q8_0")).id == "hub_answer_wrong"


def test_a_queue_that_is_held_and_cannot_write_it_down_holds_all_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(reason: str | None) -> None:
        raise Problem("store_full", path="x")

    pull = bench.downloads.add(bench.downloads.plan(f"{REPO}:Q8_0"))
    bench.settings.set("downloads.keep_free_gb", 1e9)
    with monkeypatch.context() as disk:
        disk.setattr(bench.downloads._rows, "hold", full)
        bench.downloads.start()
        bench.until(pull, lambda _: bench.held())
    bench.settings.set("downloads.keep_free_gb", 0)
    bench.downloads.release()
    assert bench.ended(pull).state == "done"
