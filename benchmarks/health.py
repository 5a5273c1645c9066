"""How long the quick checks take that run at every start: 300 ms is what all of them together may take.

Measured in a process of its own after the engine room is open, as at a start, imports included. A home with
200 models and 200 chats stands for somebody who has used it. Run: python benchmarks/health.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from report import arguments, median, publish

MODELS, CHATS = 200, 200
MOST_MS = 300


def fill(home: Path) -> None:
    """Models of the bundled one's file, linked, and chats."""
    from qwendesk.app import App
    from qwendesk.models.bundled import seedling
    from qwendesk.system.paths import Paths

    source = seedling().path
    for at in range(MODELS):
        folder = home / "models" / f"org{at % 20}" / f"repo{at}"
        folder.mkdir(parents=True)
        (folder / f"model-{at}-Q8_0.gguf").hardlink_to(_copy(source, home))
    with App(Paths(home)) as app:
        app.library.refresh()
        with app.store.write() as db:
            for at in range(1, CHATS + 1):
                values = (at, "A chat", "", "", 0, 0, None, 1, 2, "", "", None, None, "")
                db.execute(f"INSERT INTO conversations VALUES ({', '.join('?' * len(values))})", values)


def _copy(source: Path, home: Path) -> Path:
    """Once on the disk of the home, so that it can be linked."""
    copy = home / "one.bin"
    if not copy.exists():
        copy.write_bytes(source.read_bytes())
    return copy


def checked(home: Path) -> None:
    """In a process of its own: prints milliseconds of all quick checks, and of each."""
    from qwendesk.app import App
    from qwendesk.system.paths import Paths

    with App(Paths(home)) as app:
        from qwendesk.monitor.health import FAST, CheckBegun

        begun: list[tuple[str, float]] = []
        app.bus.subscribe(
            lambda event: (
                begun.append((event.title, perf_counter())) if isinstance(event, CheckBegun) else None
            )
        )
        began = perf_counter()
        found = list(app.health.run(FAST))
        over = perf_counter()
    ends = [at for _title, at in begun[1:]] + [over]
    each = {title: (end - at) * 1000 for (title, at), end in zip(begun, ends, strict=True)}
    print(json.dumps({"all": (over - began) * 1000, "each": each, "results": len(found)}))


def main() -> None:
    asked = arguments("health")
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder))
        rounds = [_round(folder) for _ in range(asked.rounds)]
    whole = median([one["all"] for one in rounds])
    rows = [("All quick checks", whole, "ms", f"at most {MOST_MS}")]
    rows.append(("Share of what they may take", whole / MOST_MS, "×", "at most 1"))
    for title in rounds[0]["each"]:
        rows.append((title, median([one["each"][title] for one in rounds]), "ms", ""))
    publish(asked.json, rows, rounds=rounds, load=os.getloadavg())


def _round(folder: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, __file__, "--child", folder], stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    checked(Path(sys.argv[2])) if sys.argv[1:2] == ["--child"] else main()
