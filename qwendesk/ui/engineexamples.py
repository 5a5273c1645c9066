"""Example content for the Engines dock, in every state.

`python -m qwendesk.ui.engineexamples OUTDIR` renders this dock alone, in both themes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from qwendesk.api.engines import EngineVariant
from qwendesk.api.options import option
from qwendesk.api.problem import Note
from qwendesk.api.runtimes import Probe, RuntimeSpec
from qwendesk.runtimes.engines.events import EngineAdvanced
from qwendesk.runtimes.engines.overview import Engine
from qwendesk.runtimes.engines.place import Place, State
from qwendesk.ui.docks.enginecell import UnderWay
from qwendesk.words import _
from qwendesk.words.problems import word

if TYPE_CHECKING:
    from qwendesk.ui.room import Room

_HOME = Path("/home/kim/.local/share/qwendesk/engines")
CPU = EngineVariant("cpu", (), _("Processor"), download_bytes=288_000_000, disk_bytes=1_050_000_000)
_CUDA = EngineVariant("cuda", (), "CUDA", download_bytes=2_787_000_000, disk_bytes=5_900_000_000)
_ONE = EngineVariant("cpu", (), _("Processor"), download_bytes=34_210_000, disk_bytes=104_000_000)


class _Options:
    context: int = option(4096, "Context")


def spec(id: str, title: str) -> RuntimeSpec:
    missing = Probe(False)
    return RuntimeSpec(id, title, "", (), (), _Options, frozenset(), "none:none", lambda _machine: missing)


def _place(runtime: str, name: str, size: int, state: State = "ready", problem: Note | None = None) -> Place:
    version, _dash, variant = name.partition("-")
    return Place(
        _HOME / runtime / name, runtime, version, variant or "cpu", size=size, state=state, problem=problem
    )


def _engines() -> list[Engine]:
    cause = Note("engine_missing", {"module": "xllamacpp", "detail": "undefined symbol: ggml_backend_reg"})
    server = (
        _place("llamaserver", "2026.11.11690", 106_400_000, "broken", cause),
        _place("llamaserver", "2026.10.11549", 107_200_000),
        _place("llamaserver", "2026.9.11402", 104_900_000),
    )
    torch = _place("transformers", "5.22.1-cpu", 1_049_000_000)
    return [
        Engine(spec("llamacpp", "llama.cpp"), Probe(True, "0.3.36 (CPU)"), (), "", None, (), {}),
        Engine(
            spec("llamaserver", "llama.cpp server"),
            Probe(True, "2026.9.11402"),
            server,
            "2026.10.11549",
            "2026.9.11402",
            (_ONE,),
            {"cpu": "2026.10.11549"},
        ),
        Engine(
            spec("transformers", "Transformers"),
            Probe(False),
            (torch,),
            torch.name,
            None,
            (CPU, _CUDA),
            {"cpu": "5.23.0", "cuda": "5.23.0"},
            "5.23.0",
        ),
    ]


def full(room: Room) -> None:
    _quiet(room)
    room.views.engines.show_engines(_engines(), None)


def installing(room: Room) -> None:
    """The CUDA build is being fetched."""
    _quiet(room)
    name = "5.23.0-cuda"
    far = EngineAdvanced(
        "transformers", name, "fetching", 0.41, 2_440_000_000, 5_900_000_000, "nvidia-cublas"
    )
    room.views.engines.show_engines(_engines(), UnderWay("transformers", "cuda", far))


def testing(room: Room) -> None:
    _quiet(room)
    far = EngineAdvanced("transformers", "5.23.0-cuda", "testing")
    room.views.engines.show_engines(_engines(), UnderWay("transformers", "cuda", far))


def error(room: Room) -> None:
    _quiet(room)
    path = "/home/kim/.local/share/qwendesk/engines"
    refused = Note("engines_unwritable", {"path": path, "detail": "Permission denied"})
    room.views.engines.show_error(word(refused))


def loading(room: Room) -> None:
    _quiet(room)
    room.views.engines.show_loading()


def empty(room: Room) -> None:
    _quiet(room)
    room.views.engines.show_engines([], None)


def _quiet(room: Room) -> None:
    room.views.engines.blockSignals(True)  # the real engines would follow the examples


DOCKS: dict[str, tuple[str, Callable[[Room], None]]] = {
    "engines-loading": ("engines", loading),
    "engines-error": ("engines", error),
    "engines-empty": ("engines", empty),
    "engines-installing": ("engines", installing),
    "engines-testing": ("engines", testing),
    "engines": ("engines", full),
}


def main() -> int:
    from PySide6.QtCore import QSize, Qt

    from qwendesk.ui.screenshots import SIZES, stage

    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    for theme in ("dark", "light"):
        with stage(folder, theme, SIZES[0]) as on:
            dock = on.controller.window.docks["engines"]
            dock.raise_()
            for name, (_id, show) in DOCKS.items():
                show(on.room)
                on.shoot(dock, f"dock-{name}-{theme}")
            on.shoot(on.controller.window, f"window-engines-{theme}")
            on.controller.window.resizeDocks([dock], [330], Qt.Orientation.Vertical)
            on.shoot(dock, f"dock-engines-tall-{theme}")
            dock.setFloating(True)
            dock.resize(QSize(360, 520))
            installing(on.room)
            on.shoot(dock, f"dock-engines-narrow-{theme}")
            dock.setFloating(False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
