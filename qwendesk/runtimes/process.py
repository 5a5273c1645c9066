"""A worker's process: its three pipes, its end, and nothing about models."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from qwendesk.api.problem import Problem
from qwendesk.runtimes import ending
from qwendesk.runtimes.launch import Launch
from qwendesk.runtimes.spawn import spawn
from qwendesk.worker.frames import BadFrame, Frames, pack
from qwendesk.worker.wire import Ask, Generate, ToParent, ToWorker

_log = logging.getLogger(__name__)
LOG_LINES = 200
LOG_WIDTH = 500


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended: `code` as Popen.returncode gives it, its last log lines, and a broken protocol.

    `peak_bytes` is the most memory that it had, or 0 where the system does not tell.
    """

    code: int
    log: tuple[str, ...]
    bad_frame: str = ""
    peak_bytes: int = 0


class WorkerProcess:
    """Started at once. From `listen` on, `on_message` and then once `on_exit` come on the reader's thread."""

    def __init__(
        self,
        launch: Launch,
        on_message: Callable[[ToParent], None],
        on_exit: Callable[[Exit], None],
        runtime: str,
    ) -> None:
        """`runtime`: whose lines they are, for the application's log."""
        self._on_message = on_message
        self._on_exit = on_exit
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        # Many commands start no worker, and the shapes of lines take their time to compile.
        from qwendesk.runtimes.nativelog import NativeLog

        self._popen = spawn(launch)
        self._inherited = ending.own_peak()
        self._native = NativeLog(runtime, self.pid)
        self._stderr = self._thread("log", self._read_log)
        self._thread("write", self._write)
        self._reader = threading.Thread(target=self._read, name=f"worker-{self.pid}-read", daemon=True)

    def listen(self) -> None:
        """Begin to tell what the worker says; its end may come at once."""
        self._reader.start()

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, name=f"worker-{self._popen.pid}-{name}", daemon=True)
        thread.start()
        return thread

    @property
    def pid(self) -> int:
        return self._popen.pid

    def log(self) -> tuple[str, ...]:
        """The last lines the worker and its native libraries wrote to stderr."""
        return tuple(self._log.copy())

    def send(self, message: ToWorker) -> None:
        """Queue a message; never blocks, and goes nowhere once the process is gone.

        Raises:
            Problem: `message_unsendable`, where a text in it is no Unicode (a lone surrogate), or it is too
                long for one message.
        """
        if isinstance(message, (Generate, Ask)):
            self._native.text_sent()
        try:
            self._outgoing.put(pack(message))
        except (UnicodeEncodeError, OverflowError, RecursionError) as error:
            raise Problem("message_unsendable", detail=str(error)[:200]) from error

    def terminate(self) -> None:
        with contextlib.suppress(OSError):
            self._popen.terminate()

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            self._popen.kill()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until `on_exit` has returned; whether it has."""
        self._reader.join(timeout)
        return not self._reader.is_alive()

    def _write(self) -> None:
        pipe = self._pipe(self._popen.stdin)
        try:
            while (data := self._outgoing.get()) is not None:
                pipe.write(data)
                pipe.flush()
        except (OSError, ValueError):
            pass  # the process is gone; the reader reports it
        finally:
            with contextlib.suppress(OSError):
                pipe.close()

    def _read(self) -> None:
        bad_frame = ""
        try:
            for message in Frames[ToParent](self._pipe(self._popen.stdout), ToParent):
                self._on_message(message)
        except BadFrame as error:
            bad_frame = str(error)
            self.kill()
        except Exception:
            # A bug of ours in whoever listens: the worker must not go on unheard.
            _log.exception("worker %d", self.pid)
            self.kill()
        self._outgoing.put(None)
        code, peak = ending.wait(self._popen)
        # A grandchild may hold stderr open: do not wait for it.
        self._stderr.join(timeout=1)
        self._pipe(self._popen.stdout).close()
        self._on_exit(Exit(code, self.log(), bad_frame, peak if peak > self._inherited else 0))

    def _read_log(self) -> None:
        with self._pipe(self._popen.stderr) as pipe:
            while line := pipe.readline(LOG_WIDTH):
                text = line.decode("utf-8", "replace").rstrip()
                self._log.append(text)
                self._native(text)
        self._native.close()

    @staticmethod
    def _pipe(pipe: object) -> BinaryIO:
        return pipe  # type: ignore[return-value]
