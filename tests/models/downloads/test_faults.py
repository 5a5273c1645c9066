"""Every fault of a hub: what is right arrives, what is wrong never gets its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from fakes.hub import Fault, Hub

from .conftest import BLOCK, CONTENT, NAME, REPO, SIZE, Bench, problem_of, refused


@pytest.fixture
def other() -> Iterator[Hub]:
    """A mirror with the same files."""
    with Hub({REPO: {NAME: CONTENT}}) as made:
        yield made


def arrived(bench: Bench) -> bool:
    return bench.target.read_bytes() == CONTENT and not list(bench.folder.glob("*.part*"))


def notes(bench: Bench) -> list[str]:
    return [note.id for pull in bench.downloads.pulls() for file in pull.files for note in file.notes]


def test_a_file_arrives(bench: Bench, hub: Hub) -> None:
    pull = bench.pull()
    assert pull.state == "done"
    assert (pull.done, pull.size) == (SIZE, SIZE)
    assert arrived(bench)
    assert hub.sent(NAME) == SIZE


def test_what_is_there_is_not_fetched_again(bench: Bench, hub: Hub) -> None:
    bench.pull()
    assert bench.pull().state == "done"
    assert hub.sent(NAME) == SIZE


def test_a_file_of_the_same_size_that_is_another_one_is_fetched(bench: Bench) -> None:
    bench.folder.mkdir(parents=True)
    bench.target.write_bytes(bytes(SIZE))
    assert bench.pull().state == "done"
    assert arrived(bench)


def test_a_broken_connection_goes_on_where_it_broke(bench: Bench, hub: Hub) -> None:
    hub.faults += [Fault(NAME, times=1, cut_at=10 * BLOCK), Fault(NAME, times=1, cut_at=20 * BLOCK)]
    assert bench.pull().state == "done"
    assert arrived(bench)
    assert hub.sent(NAME) == SIZE


def test_silence_ends_in_a_new_connection(bench: Bench, hub: Hub) -> None:
    hub.faults.append(Fault(NAME, times=1, stall_at=10 * BLOCK))
    assert bench.pull().state == "done"
    assert arrived(bench)
    assert hub.sent(NAME) == SIZE


def test_silence_twice_ends_at_the_mirror(bench: Bench, hub: Hub, other: Hub) -> None:
    bench.settings.set("hub.huggingface.mirrors", other.url)
    hub.faults.append(Fault(NAME, stall_at=10 * BLOCK))
    assert bench.pull().state == "done"
    assert arrived(bench)
    assert hub.sent(NAME) == 10 * BLOCK
    assert other.sent(NAME) == SIZE - 10 * BLOCK


def test_the_token_is_for_the_hub_alone(bench: Bench, hub: Hub, other: Hub) -> None:
    bench.secrets["huggingface"] = "hf_secret"
    bench.settings.set("hub.huggingface.mirrors", other.url)
    hub.faults += [Fault(NAME, times=1, redirect=other.url), Fault(NAME, cut_at=0)]
    bench.pull()
    assert all(one.headers.get("authorization") == "Bearer hf_secret" for one in hub.seen)
    assert other.seen
    assert not any("authorization" in one.headers for one in other.seen)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_hub_is_asked_again(bench: Bench, hub: Hub, status: int) -> None:
    hub.faults.append(Fault(NAME, times=2, status=status, headers={"Retry-After": "0"}))
    assert bench.pull().state == "done"
    assert len(hub.asked("resolve", NAME)) == 3


def test_how_long_a_busy_hub_asks_to_wait() -> None:
    from qwendesk.models.downloads.answers import _retry_after
    from qwendesk.models.downloads.pace import Patience

    assert Patience().wait_after(1, 7.0) == 7.0
    assert Patience().wait_after(1, 1e9) == 3600.0
    assert 30 <= Patience(most_wait_s=40.0).wait_after(9) <= 40
    assert _retry_after("12") == 12.0
    assert _retry_after("Fri, 31 Dec 1999 23:59:59 GMT") == 0.0
    assert _retry_after("Fri, 31 Dec 2199 23:59:59 GMT") > 1e9
    assert _retry_after("soon") == 0.0


@pytest.mark.parametrize(
    ("fault", "id"),
    [
        (Fault(NAME, status=500), "hub_failed"),
        (Fault(NAME, status=401), "hub_unauthorized"),
        (Fault(NAME, status=403), "hub_unauthorized"),
        (Fault(NAME, status=403, headers={"X-Error-Code": "GatedRepo"}), "repo_gated"),
        (Fault(NAME, status=404), "repo_missing"),
        (Fault(NAME, status=429), "hub_busy"),
        (Fault(NAME, status=204), "hub_failed"),
        (Fault(NAME, longer=100), "download_size_wrong"),
        (Fault(NAME, longer=-100), "download_size_wrong"),
        (Fault(NAME, zeros=True), "download_corrupt"),
        (Fault(NAME, garbage=b"<html>Please log in</html>"), "download_size_wrong"),
        (Fault(NAME, redirect="ftp://127.0.0.1"), "address_unusable"),
        (Fault(NAME, stall_at=0), "connection_stalled"),
        (Fault(NAME, cut_at=0), "connection_lost"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_end_well_is_told(bench: Bench, hub: Hub, fault: Fault, id: str) -> None:
    hub.faults.append(fault)
    pull = bench.pull()
    assert (pull.state, problem_of(pull)) == ("failed", id)
    assert not bench.target.exists()
    hub.faults.clear()
    bench.downloads.resume(pull.number)
    assert bench.ended(pull).state == "done"
    assert arrived(bench)


def test_a_server_that_ignores_ranges_costs_bytes_and_not_the_file(bench: Bench, hub: Hub) -> None:
    hub.faults += [Fault(NAME, times=1, cut_at=10 * BLOCK), Fault(NAME, times=1, whole=True)]
    assert bench.pull().state == "done"
    assert arrived(bench)
    assert hub.sent(NAME) == SIZE + 10 * BLOCK


def test_a_flipped_byte_is_named_and_its_range_fetched_again(bench: Bench, hub: Hub) -> None:
    hub.faults.append(Fault(NAME, times=1, flip_at=3 * BLOCK + 77))
    pull = bench.pull()
    assert pull.state == "done"
    assert arrived(bench)
    (note,) = pull.files[0].notes
    assert note.id == "download_repaired"
    assert (note.arguments["first"], note.arguments["last"]) == (3 * BLOCK + 77, 3 * BLOCK + 77)
    # One hash for the whole file does not tell where the damage is: the blocks before it were compared.
    assert hub.sent(NAME) == SIZE + 4 * BLOCK


def test_damage_where_a_connection_broke_costs_two_blocks(bench: Bench, hub: Hub) -> None:
    at = 20 * BLOCK
    hub.faults += [Fault(NAME, times=1, cut_at=at), Fault(NAME, times=1, flip_at=at + 5)]
    pull = bench.pull()
    assert arrived(bench)
    assert [note.id for note in pull.files[0].notes] == ["download_repaired"]
    assert hub.sent(NAME) == SIZE + 2 * BLOCK


def test_a_damaged_copy_is_mended_from_the_mirror(bench: Bench, hub: Hub, other: Hub) -> None:
    bench.settings.set("hub.huggingface.mirrors", other.url)
    hub.faults.append(Fault(NAME, flip_at=5 * BLOCK))
    pull = bench.pull()
    assert pull.state == "done"
    assert arrived(bench)
    assert hub.sent(NAME) == SIZE
    assert other.sent(NAME) == 6 * BLOCK


def test_a_damaged_copy_without_another_is_refused(bench: Bench, hub: Hub) -> None:
    hub.faults.append(Fault(NAME, flip_at=5 * BLOCK))
    pull = bench.pull()
    assert problem_of(pull) == "download_corrupt"
    assert not list(bench.folder.iterdir())


def test_zeros_from_one_place_are_replaced_from_another(bench: Bench, hub: Hub, other: Hub) -> None:
    bench.settings.set("hub.huggingface.mirrors", other.url)
    hub.faults.append(Fault(NAME, zeros=True))
    assert bench.pull().state == "done"
    assert arrived(bench)


def test_a_hash_that_is_a_lie_is_refused(bench: Bench, hub: Hub) -> None:
    hub.hashes[NAME] = "0" * 64
    assert problem_of(bench.pull()) == "download_corrupt"
    assert not bench.target.exists()


def test_a_size_that_is_a_lie_is_refused(bench: Bench, hub: Hub) -> None:
    hub.sizes[NAME] = SIZE - 1
    assert problem_of(bench.pull()) == "download_size_wrong"
    assert not bench.target.exists()


def test_small_files_are_checked_by_their_git_hash(bench: Bench, hub: Hub) -> None:
    assert bench.pull(REPO, names=["README.md"]).state == "done"
    hub.repos[REPO]["README.md"] = b"# Evil\n"
    hub.hashes["README.md"] = "1" * 40
    assert problem_of(bench.pull(REPO, names=["README.md"])) == "download_corrupt"
    assert (bench.folder / "README.md").read_bytes() == b"# Tiny\n"


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.gguf",
        "/etc/evil.gguf",
        "C:\\evil.gguf",
        "a/../../evil-Q8_0.gguf",
        "con.gguf",
        "x.gguf.part",
    ],
)
def test_names_that_lead_out_are_refused(bench: Bench, hub: Hub, name: str) -> None:
    hub.listed_names[NAME] = name
    assert refused(bench.pull).id == "name_unsafe"
    assert not bench.paths.models.exists()


def test_two_names_for_one_file_are_refused(bench: Bench, hub: Hub) -> None:
    hub.repos[REPO]["TINY-q8_0.gguf"] = b"x"
    assert refused(bench.pull).id == "names_collide"


def test_a_link_in_the_way_is_not_followed(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (bench.paths.models / "acme").mkdir(parents=True)
    bench.folder.symlink_to(elsewhere)
    assert refused(bench.pull).id == "folder_linked"
    assert not list(elsewhere.iterdir())


def test_a_linked_part_file_is_not_written(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> None:
    victim = tmp_path_factory.mktemp("elsewhere") / "victim"
    victim.write_bytes(b"mine")
    bench.folder.mkdir(parents=True)
    bench.part.symlink_to(victim)
    assert problem_of(bench.pull()) == "download_unwritable"
    assert victim.read_bytes() == b"mine"


def test_a_slow_trickle_is_no_connection(make: Callable[..., Bench], hub: Hub) -> None:
    bench = make(stall_s=0.3, crawl=50e6)
    hub.faults.append(Fault(NAME, times=1, rate=BLOCK * 8))
    assert bench.pull().state == "done"
    assert arrived(bench)
    assert len(hub.asked("resolve", NAME)) == 2


@pytest.mark.parametrize("id", ["offline", "offline_unsure"])
def test_offline_is_told_at_once(bench: Bench, hub: Hub, id: str) -> None:
    from qwendesk.api.problem import Problem

    plan = bench.downloads.plan(f"{REPO}:Q8_0")
    bench.http._made._closed = lambda: Problem(id, path="x")  # type: ignore[union-attr]
    pull = bench.downloads.add(plan)
    bench.downloads.start()
    assert problem_of(bench.ended(pull)) == id
    assert not hub.asked("resolve")
