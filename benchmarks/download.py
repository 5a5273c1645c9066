"""Downloading 2 GB from a server on this machine, next to curl; memory; what a kill -9 costs.

curl only writes. We also hash, keep a block map, and have the bytes on the disk in the end (fsync), so the
comparison is made twice: as fast as the machine can, where hashing beside reading needs an idle core, and at
2.5 Gbit/s, faster than nearly every line to a hub.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tests")]

from fakes.hub import Fault, Hub
from report import median, parser, publish

REPO, NAME = "bench/big-GGUF", "big-Q8_0.gguf"
LINE = 2.5e9 / 8
OURS = """
import sys, time
from pathlib import Path
from qwendesk.app import App
from qwendesk.system.paths import Paths
with App(Paths(Path(sys.argv[1]))) as app:
    plan = app.downloads.plan(sys.argv[2])
    began = time.perf_counter()
    pull = app.downloads.add(plan)
    app.downloads.start([pull.number])
    while app.downloads.pull(pull.number).state not in ("done", "failed"):
        time.sleep(0.01)
    print(time.perf_counter() - began, app.downloads.pull(pull.number).state)
"""


def make_file(path: Path, size: int) -> None:
    """Bytes that no compression helps with."""
    with path.open("wb") as file:
        block = os.urandom(1 << 20)
        for number in range(-(-size // len(block))):
            file.write(hashlib.sha256(b"%d" % number).digest() + block[32:])
        file.truncate(size)


class Race:
    """One hub, one file, and those who fetch it."""

    def __init__(self, hub: Hub, folder: Path, size: int) -> None:
        self.hub = hub
        self.folder = folder
        self.size = size
        self.environment = {**os.environ, "HF_ENDPOINT": hub.url}

    def curl(self, then: str = "") -> float:
        """Seconds; `then` is a shell pipe that hashes as well."""
        target = self.folder / "curl.bin"
        target.unlink(missing_ok=True)
        url = f"{self.hub.url}/{REPO}/resolve/main/{NAME}"
        command = f"curl -sf '{url}' {then or f'-o {target}'}".replace("TARGET", str(target))
        began = time.perf_counter()
        subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)
        spent = time.perf_counter() - began
        target.unlink()
        return spent

    def ours(self) -> tuple[float, float]:
        """Seconds, and the peak of memory in MB."""
        home = Path(tempfile.mkdtemp(dir=self.folder))
        command = [sys.executable, "-c", OURS, str(home), f"{REPO}:Q8_0"]
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        output = process.stdout.read().split()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        assert output[1:] == ["done"], output
        subprocess.run(["rm", "-rf", str(home)], check=True)
        return float(output[0]), usage.ru_maxrss / 1000

    def killed(self) -> float:
        """Percent of the file that is sent again after a kill half-way."""
        home = Path(tempfile.mkdtemp(dir=self.folder))
        command = [sys.executable, "-c", OURS, str(home), f"{REPO}:Q8_0"]
        before = self.hub.sent(NAME)
        part = home / "models" / REPO / (NAME + ".part")
        with subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL) as process:
            while not part.exists() or part.stat().st_size < self.size // 2:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        subprocess.run(command, env=self.environment, stdout=subprocess.DEVNULL, check=True)
        subprocess.run(["rm", "-rf", str(home)], check=True)
        return 100 * (self.hub.sent(NAME) - before - self.size) / self.size


def compare(race: Race, rounds: int) -> tuple[float, float, float]:
    """Median seconds of curl and of ours, taken in turn, and our peak of memory."""
    curl, ours, memory = [], [], []
    for _ in range(rounds):
        curl.append(race.curl())
        seconds, peak = race.ours()
        ours.append(seconds)
        memory.append(peak)
    return median(curl), median(ours), max(memory)


def main() -> None:
    options = parser("download")
    options.add_argument("--megabytes", type=int, default=2000)
    options.add_argument(
        "--folder", type=Path, help="where the files go (default: the system's temporary folder)"
    )
    wanted = options.parse_args()
    size = wanted.megabytes * 1_000_000
    with tempfile.TemporaryDirectory(dir=wanted.folder) as place:
        folder = Path(place)
        make_file(folder / "source.bin", size)
        with Hub({REPO: {NAME: folder / "source.bin"}}) as hub:
            hub.sha256(folder / "source.bin")
            race = Race(hub, folder, size)
            hashed = median([race.curl("| tee TARGET | sha256sum") for _ in range(wanted.rounds)])
            curl, ours, memory = compare(race, wanted.rounds)
            hub.faults.append(Fault("/resolve/", rate=LINE))
            line_curl, line_ours, line_memory = compare(race, wanted.rounds)
            hub.faults.clear()
            again = race.killed()
    megabytes = size / 1e6
    publish(
        wanted.json,
        [
            ("2.5 Gbit/s: curl", megabytes / line_curl, "MB/s", ""),
            ("2.5 Gbit/s: QwenDesk, hashed and on disk", megabytes / line_ours, "MB/s", ""),
            ("2.5 Gbit/s: QwenDesk / curl", line_curl / line_ours, "", ">= 0.95"),
            ("unlimited: curl", megabytes / curl, "MB/s", ""),
            ("unlimited: curl | tee | sha256sum", megabytes / hashed, "MB/s", ""),
            ("unlimited: QwenDesk, hashed and on disk", megabytes / ours, "MB/s", ""),
            ("unlimited: QwenDesk / curl", curl / ours, "", ">= 0.95 (idle)"),
            ("unlimited: QwenDesk / curl that hashes", hashed / ours, "", ">= 0.95"),
            ("memory, peak", max(memory, line_memory), "MB", "<= 100"),
            ("sent again after kill -9 half-way", again, "%", "< 1"),
        ],
        megabytes=megabytes,
    )


if __name__ == "__main__":
    main()
