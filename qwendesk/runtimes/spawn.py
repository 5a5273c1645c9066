"""Starting child processes so that none of them outlives us."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future

from qwendesk.runtimes.launch import Launch
from qwendesk.system import passphrase

_Work = tuple[Callable[[], subprocess.Popen[bytes]], "Future[subprocess.Popen[bytes]]"]


class _Spawner:
    """One thread that starts every child and lives as long as the application.

    Linux sends the parent-death signal when the *thread* that started a child ends, not the process.
    """

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[_Work] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="spawner", daemon=True).start()

    def _run(self) -> None:
        while True:
            work, result = self._work.get()
            try:
                result.set_result(work())
            except BaseException as error:
                result.set_exception(error)

    def start(self, work: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        result: Future[subprocess.Popen[bytes]] = Future()
        self._work.put((work, result))
        return result.result()


_spawner: _Spawner | None = None
_lock = threading.Lock()


def spawn(launch: Launch) -> subprocess.Popen[bytes]:
    """Start a worker with three pipes. Raises OSError where the command cannot be run."""
    global _spawner
    with _lock:
        _spawner = _spawner or _Spawner()
    process = _spawner.start(lambda: _popen(launch))
    if sys.platform == "win32":
        from qwendesk.runtimes import jobobject

        jobobject.adopt(process)
    return process


def _popen(launch: Launch) -> subprocess.Popen[bytes]:
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    return subprocess.Popen(
        launch.command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != passphrase.VARIABLE}
        | launch.environment,
        creationflags=flags,
    )
