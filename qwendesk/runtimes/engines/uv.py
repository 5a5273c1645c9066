"""uv, the program that makes environments and fills them: found, started, watched and stopped."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from qwendesk.api.problem import Problem
from qwendesk.system import passphrase, process

LOOK_S = 0.2
_PATIENCE_S = 5.0
_LAST = 12
_CREDENTIALS = re.compile(r"//[^/@\s]+@")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def program() -> str:
    """The path of uv: its wheel carries it. Raises Problem `uv_missing`."""
    try:
        import uv

        return str(uv.find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise Problem("uv_missing")
    return found


@dataclass(slots=True)
class Watch:
    """Who looks on while uv works.

    Args:
        look: called every 0.2 s; it raises the Problem that shall end it.
        line: hears each line that uv says, without credentials.
        began: hears the name of the process, as `qwendesk.system.process` gives it.
    """

    look: Callable[[], None] = lambda: None
    line: Callable[[str], None] = lambda _: None
    began: Callable[[str], None] = lambda _: None
    said: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST))


@dataclass(frozen=True, slots=True)
class Uv:
    """uv with the variables that hold for all its runs, in a folder of its own."""

    folder: Path
    variables: Mapping[str, str]

    def ask(self, *arguments: str) -> str:
        """What a quick question prints; empty where it fails. Nothing leaves the machine."""
        done = self._offline(arguments, {})
        return done.stdout if done.returncode == 0 else ""

    def rehearse(self, arguments: Sequence[str], more: Mapping[str, str]) -> list[str]:
        """What it says of a run without a network and with nothing kept from earlier ones; it will fail."""
        return self._offline([*arguments, "--no-cache"], more).stderr.splitlines()

    def _offline(self, arguments: Sequence[str], more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program(), *arguments],
            cwd=self.folder,
            env=self._environment() | dict(more) | {"UV_OFFLINE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )

    def run(self, arguments: Sequence[str], watch: Watch, more: Mapping[str, str] | None = None) -> None:
        """Run it to its end; `more` are variables for this run.

        Raises:
            Problem: `uv_failed` (detail) where it fails, `uv_missing`, and what `watch.look` raises.
        """
        popen = self._start(arguments, more or {})
        reading = threading.Thread(target=_read, args=(popen, watch), name="uv-read", daemon=True)
        reading.start()
        try:
            watch.began(process.name(popen.pid) or "")
            while popen.poll() is None:
                watch.look()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    popen.wait(LOOK_S)
        finally:
            if popen.poll() is None:
                end(process.name(popen.pid) or "")
            popen.wait()
            reading.join(_PATIENCE_S)
        if popen.returncode:
            raise Problem("uv_failed", detail=cause(watch.said))

    def _start(self, arguments: Sequence[str], more: Mapping[str, str]) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                [program(), *arguments],
                cwd=self.folder,
                env=self._environment() | dict(more),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                start_new_session=True,  # Ctrl-C in a terminal is ours to hear
            )
        except OSError as error:
            raise Problem("uv_failed", detail=error.strerror or str(error)) from error

    def _environment(self) -> dict[str, str]:
        # VIRTUAL_ENV and PYTHONPATH of whoever started us would lead it astray.
        unwanted = {passphrase.VARIABLE, "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "CONDA_PREFIX"}
        inherited = {name: value for name, value in os.environ.items() if name not in unwanted}
        return inherited | {"UV_NO_PROGRESS": "1", "NO_COLOR": "1"} | dict(self.variables)


def _read(popen: subprocess.Popen[bytes], watch: Watch) -> None:
    assert popen.stdout is not None
    with popen.stdout as pipe:
        for raw in pipe:
            line = harmless(raw.decode("utf-8", "replace").rstrip())
            if not line.startswith("DEBUG "):
                watch.said.append(line)
            watch.line(line)


def harmless(line: str) -> str:
    """The line without colours, and without credentials in its addresses."""
    return _CREDENTIALS.sub("//", _COLOUR.sub("", line))


def cause(said: Sequence[str]) -> str:
    """What uv's last lines say went wrong: the innermost cause of them."""
    told = [one.strip() for one in said if one.strip() and not one.startswith("warning:")]
    causes = [one.removeprefix("cause: ") for one in told if one.startswith("cause: ")]
    errors = [one.removeprefix("error: ") for one in told if one.startswith("error: ")]
    found = [*errors[-1:], *causes[:1], *causes[1:][-1:]] or told[-2:]
    return " – ".join(one.rstrip(".") for one in found)[:400] or "?"


def end(owner: str) -> None:
    """End that process (a name of `qwendesk.system.process`) and what it started; returns when it is gone."""
    if not process.is_alive(owner):
        return
    try:
        parent = psutil.Process(int(owner.partition(":")[0]))
        family = [*parent.children(recursive=True), parent]
    except psutil.Error:
        return
    for one in family:
        with contextlib.suppress(psutil.Error):
            one.kill()
    psutil.wait_procs(family, timeout=_PATIENCE_S)
