"""The log and the report as they look when there is something in them, for pictures."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from qwendesk.monitor.report.part import Part, as_json
from qwendesk.system.log.line import Level, Line
from qwendesk.ui.room import Room
from qwendesk.words.report import whole

_BEGAN = 1_791_018_600.25
_US, _FIRST, _SECOND = 41_200, 41_277, 41_305
_MODELS = "/home/me/models"
_LINES: tuple[tuple[float, Level, int, str], ...] = (
    (0.0, "info", _US, f"Worker 41277 loads path='{_MODELS}/Qwen3-8B-Q4_K_M.gguf' with llamacpp"),
    (0.31, "info", _FIRST, "llama_model_loader: loaded meta data with 34 key-value pairs and 399 tensors"),
    (0.34, "info", _FIRST, "print_info: file type   = Q4_K - Medium"),
    (0.35, "info", _FIRST, "print_info: file size   = 4.68 GiB (4.91 BPW)"),
    (0.38, "warning", _FIRST, "load: control-looking token: 128247 '</s>' was not control-type"),
    (0.92, "info", _FIRST, "load_tensors:   CPU_Mapped model buffer size =  4788.21 MiB"),
    (1.77, "info", _FIRST, "llama_kv_cache: size = 1152.00 MiB (  8192 cells,  36 layers,  1/1 seqs)"),
    (2.1, "info", _US, "Worker 41277 is ready after 2.08 s"),
    (9.5, "info", _US, "Worker 41277, reply 1: asked, the last one sha256:5deffca6 (56 characters)"),
    (16.4, "info", _US, "Worker 41277, reply 1: stop after 6.90 s, 445 tokens read, 342 written, 52.1 tok/s"),
    (21.2, "warning", _US, "A request to huggingface.co is not in the ledger: store_busy(seconds=5)"),
    (30.0, "info", _US, f"Worker 41305 loads path='{_MODELS}/Qwen3-32B-Q8_0.gguf' with llamaserver"),
    (34.9, "error", _SECOND, "alloc_buffer: failed to allocate buffer of size 34359738368"),
    (35.0, "error", _US, "Worker 41305 is failed: engine_out_of_memory()"),
)
_LOGGERS = {_US: "qwendesk.runtimes.journal", _FIRST: "worker.llamacpp", _SECOND: "worker.llamaserver"}


def lines() -> list[Line]:
    """A load, a reply, a warning, and a load that failed."""
    return [Line(_BEGAN + after, level, _LOGGERS[pid], pid, text) for after, level, pid, text in _LINES]


def parts() -> list[Part]:
    """A report's files."""
    redacted = "".join(f"{one}\n" for one in lines()).replace(_MODELS, "~models")
    return whole(
        [
            as_json("versions.json", {"qwendesk": "0.1.0", "python": "3.12.4", "system": "Linux-6.8"}),
            as_json("checks.json", [{"id": "runtime.llamacpp", "status": "ok"}]),
            as_json("settings.json", {"library.roots": ["~models"], "window.theme": "dark"}),
            as_json("requests.json", [{"host": "huggingface.co", "requests": 12, "failed": 0}]),
            as_json("metrics.json", [{"model": "Qwen/Qwen3-8B-GGUF:Q4_K_M", "replies": 14}]),
            Part("metrics.csv", "time,kind,name,runtime,metric,unit,count,mean,min,max\n"),
            Part("logs/20261002-093000-41200-8f1c.log", redacted),
        ]
    )


def _full(room: Room) -> None:
    told = lines()
    room.views.log.filter.clear()
    room.views.log.follow(lambda number: (len(told), told[number:]), room.app.paths.logs)


def _empty(room: Room) -> None:
    room.views.log.follow(lambda number: (number, []), room.app.paths.logs)


def _filtered(room: Room) -> None:
    _full(room)
    room.views.log.filter.level.setCurrentIndex(1)


def _nothing(room: Room) -> None:
    _full(room)
    room.views.log.filter.words.setText("no such words")


DOCKS: dict[str, tuple[str, Callable[[Room], None]]] = {
    "log-empty": ("log", _empty),
    "log": ("log", _full),
    "log-filtered": ("log", _filtered),
    "log-nothing": ("log", _nothing),
}


def report(room: Room) -> QWidget:
    """The report's dialog with all of it, a log in front."""
    made = room.reporting.dialog()
    made.show_parts(parts())
    made.list.setCurrentIndex(made.list.rows.index(len(made.parts) - 1))
    made.reader.field.setText("worker")
    return made


def report_building(room: Room) -> QWidget:
    """The same while it is built."""
    made = room.reporting.dialog()
    made.show_building("Does the engine answer as it should?")
    return made
