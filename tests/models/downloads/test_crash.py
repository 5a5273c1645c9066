"""Killed with -9, cut off from power, out of disk: the rest is fetched, and only the rest."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes.hub import Fault, Hub
from qwendesk.system.paths import Paths

from .conftest import BLOCK, CONTENT, NAME, REPO, SIZE, Bench, problem_of

posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
PULL = [sys.executable, "-m", "qwendesk", "pull", f"{REPO}:Q8_0", "--json"]


def start(paths: Paths, hub: Hub, **more: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "QWENDESK_HOME": str(paths.home), "HF_ENDPOINT": hub.url}
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        PULL, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


@posix
def test_killed_half_way_only_the_rest_is_fetched(paths: Paths, hub: Hub, make: Callable[..., Bench]) -> None:
    make()  # leaves settings that keep no space free
    hub.faults.append(Fault(NAME, times=1, stall_at=20 * BLOCK))
    with start(paths, hub) as process:
        hub.stalled.wait()
        known = paths.models / "acme" / "tiny-GGUF" / (NAME + ".part.map")
        while len(known.read_bytes().partition(b"\n")[2]) < 19 * 32:
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
    with start(paths, hub) as again:
        output, errors = again.communicate()
    assert again.returncode == 0, errors
    assert '"event": "done"' in output
    assert (paths.models / "acme" / "tiny-GGUF" / NAME).read_bytes() == CONTENT
    assert hub.sent(NAME) <= SIZE + 2 * BLOCK


@posix
def test_ctrl_c_pauses_and_says_how_to_go_on(paths: Paths, hub: Hub, make: Callable[..., Bench]) -> None:
    bench = make()
    hub.faults.append(Fault(NAME, times=1, stall_at=20 * BLOCK))
    with start(paths, hub) as process:
        hub.stalled.wait()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 1
    assert f"qwendesk pull {REPO}:Q8_0" in errors
    assert bench.downloads.pulls()[0].state == "paused"


@posix
def test_two_processes_never_fetch_the_same_file(paths: Paths, hub: Hub, make: Callable[..., Bench]) -> None:
    make()
    hub.faults.append(Fault(NAME, times=1, stall_at=20 * BLOCK))
    with start(paths, hub) as one:
        hub.stalled.wait()
        with start(paths, hub) as two:
            assert two.stdout is not None
            line = two.stdout.readline()
            assert '"running"' in line or "progress" in line
            one.send_signal(signal.SIGKILL)
            one.communicate()
            _, errors = two.communicate()
            assert two.returncode == 0, errors
    assert hub.sent(NAME) <= SIZE + 2 * BLOCK
    assert (paths.models / "acme" / "tiny-GGUF" / NAME).read_bytes() == CONTENT


@pytest.mark.parametrize("damage", ["zeros", "cut", "longer", "other file", "no map", "half a map"])
def test_what_a_loss_of_power_leaves_is_found(bench: Bench, hub: Hub, damage: str) -> None:
    hub.faults.append(Fault(NAME, cut_at=20 * BLOCK))
    pull = bench.pull()
    part, known = bench.part, bench.part.with_name(NAME + ".part.map")
    data, blocks = bytearray(part.read_bytes()), known.read_bytes()
    if damage == "zeros":
        data[15 * BLOCK :] = bytes(5 * BLOCK)
    elif damage == "cut":
        del data[10 * BLOCK + 99 :]
    elif damage == "longer":
        data += b"x" * 5000
    elif damage == "other file":
        blocks = blocks.replace(b'"size": ', b'"size": 9')
    elif damage == "no map":
        known.unlink()
    else:
        blocks = blocks[: -7 * 32 - 5]
    part.write_bytes(data)
    if damage != "no map":
        known.write_bytes(blocks)
    hub.faults.clear()
    bench.downloads.resume(pull.number)
    assert bench.ended(pull).state == "done"
    assert bench.target.read_bytes() == CONTENT
    again = {"zeros": 5, "cut": 10, "longer": 0, "other file": 20, "no map": 20, "half a map": 8}[damage]
    assert hub.sent(NAME) == SIZE + again * BLOCK


@posix
def test_a_limit_of_file_size_is_a_full_disk(paths: Paths, hub: Hub, make: Callable[..., Bench]) -> None:
    import resource

    bench = make()

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    with start(paths, hub, preexec_fn=limit) as process:
        _, errors = process.communicate()
    assert process.returncode == 1
    assert "full" in errors
    assert "qwendesk downloads resume" in errors
    assert bench.downloads.pulls()[0].problem is not None
    assert bench.part.stat().st_size <= 1 << 20
    with start(paths, hub) as again:
        again.communicate()
    assert again.returncode == 0
    assert bench.target.read_bytes() == CONTENT
    (resumed,) = [one.headers["range"] for one in hub.asked("resolve", NAME) if "range" in one.headers]
    assert int(resumed.removeprefix("bytes=").rstrip("-")) >= (1 << 20) - 5 * BLOCK


@pytest.fixture
def small_disk(paths: Paths) -> Iterator[Path]:
    """A disk of two megabytes for models."""
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    paths.models.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(paths.models)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield paths.models
    subprocess.run(["umount", str(paths.models)], check=True)


def test_a_full_disk_pauses_the_queue_and_nothing_is_lost(
    small_disk: Path, hub: Hub, make: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qwendesk.models.downloads import room

    bench = make()
    # The disk fills up behind our back: what was free when it was asked is not when it is written.
    monkeypatch.setattr(room, "free_at", lambda _: 1 << 40)
    pull = bench.downloads.add(bench.downloads.plan(f"{REPO}:Q8_0"))
    bench.downloads.start()
    bench.until(pull, lambda _: bench.held())
    bench.until(pull, lambda now: now.files[0].state == "queued")
    assert problem_of(bench.downloads.pull(pull.number)) == "download_disk_full"
    kept = bench.part.stat().st_size
    assert 1 << 20 < kept <= 2 << 20
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    bench.downloads.resume(pull.number)
    assert bench.ended(pull).state == "done"
    assert bench.target.read_bytes() == CONTENT
    bench.close()


@pytest.fixture
def small_home(paths: Paths) -> Iterator[Path]:
    """A disk of two and a half megabytes for everything."""
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    paths.home.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=2500k", "tmpfs", str(paths.home)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield paths.home
    subprocess.run(["umount", str(paths.home)], check=True)


def test_a_disk_so_full_that_nothing_can_be_written_down(
    small_home: Path, hub: Hub, make: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qwendesk.models.downloads import room

    bench = make()
    monkeypatch.setattr(room, "free_at", lambda _: 1 << 40)
    pull = bench.downloads.add(bench.downloads.plan(f"{REPO}:Q8_0"))
    ballast = small_home / "ballast"
    bench.downloads.start()
    bench.until(pull, lambda _: bench.held())
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    held = bench.downloads.held()
    assert held is not None
    assert held.id == "download_disk_full"
    ballast.unlink()
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_home)], check=True)
    bench.downloads.resume(pull.number)
    assert bench.ended(pull).state == "done"
    assert bench.target.read_bytes() == CONTENT
    bench.close()


def test_room_is_asked_first_on_a_small_disk(small_disk: Path, bench: Bench, hub: Hub) -> None:
    from .conftest import refused

    assert refused(bench.pull).id == "no_room"
    assert not hub.asked("resolve")
