"""Jobs that do as they are told, and a plugin whose runtime offers them."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fakes.scripted_engine import ScriptedOptions
from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.jobs import JobProgress, JobSpec
from qwendesk.api.problem import Problem
from qwendesk.api.runtimes import Probe, RuntimeSpec
from qwendesk.plugins import Found

WRITTEN = b"half a file"


def run(arguments: Mapping[str, Any], progress: Callable[[JobProgress], None]) -> Mapping[str, Any]:
    """Writes to `target`, says that it is half done, and goes on as `then` (or `type`) tells."""
    if target := arguments.get("target"):
        Path(target).write_bytes(WRITTEN)
    progress(JobProgress(0.5, "half", 1, 2))
    act: dict[str, Callable[[], Any]] = {
        "waits": hang,
        "ignores_terminate": lambda: hang(deaf=True),
        "segfaults": lambda: os.kill(os.getpid(), signal.SIGSEGV),
        "aborts": abort_like_ggml,
        "exits": lambda: os._exit(3),
        "refuses": refuse,
        "is_full": lambda: full(arguments["target"]),
        "breaks": lambda: 1 // 0,
        "returns_no_data": lambda: {"it": object()},
        "returns": lambda: {"pid": os.getpid(), "arguments": dict(arguments)},
        "copies": lambda: copied(arguments, len(WRITTEN)),
        "writes_less": lambda: copied(arguments, 1 << 40),
    }
    result: Mapping[str, Any] = act[(arguments.get("then") or arguments["type"]).lower()]()
    return result


def hang(deaf: bool = False) -> None:
    if deaf:
        # Only the main thread may set a handler; the bit for "ignored" is the process's.
        import ctypes

        ctypes.CDLL(None).signal(signal.SIGTERM, 1)
    threading.Event().wait()


def refuse() -> None:
    raise Problem("file_unreadable", path="/x", detail="no")


def full(path: str) -> None:
    raise Problem("disk_full", path=path)


def copied(arguments: Mapping[str, Any], size: int) -> Mapping[str, Any]:
    """The source as the result of quantizing it, which is said to be of that size."""
    shutil.copyfile(arguments["parts"][0], arguments["target"])
    told = {"type": "F16", "size": size, "tensors": [], "wanted": {}, "engine": "fake 1"}
    return {**told, "needs_imatrix": False, "requantizes": ""}


def abort_like_ggml() -> None:
    os.write(2, b"ggml.c:1: GGML_ASSERT(nelements % block_size == 0) failed\n")
    os.abort()


JOB = JobSpec("quantize", "Quantize", "fakes.jobs:run")


class JobPlugin:
    """Registers a runtime that cannot load anything but offers the job "quantize"."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe

    @hookimpl
    def register_runtimes(self) -> Sequence[RuntimeSpec]:
        return (
            RuntimeSpec(
                "working",
                "Working",
                "",
                ("gguf",),
                ("cpu",),
                ScriptedOptions,
                frozenset(),
                "fakes.scripted_engine:ScriptedEngine",
                lambda _: self._probe,
                jobs=(JOB,),
            ),
        )


def found(probe: Probe | None = None) -> Found:
    """The plugin as an entry point of ours."""
    return Found("working", "qwendesk", "1", lambda: JobPlugin(probe or Probe(True, "1")))
