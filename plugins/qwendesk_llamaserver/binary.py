"""A llama-server of the user's own: started on the loopback, spoken to over HTTP, never left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from qwendesk.api.engine import LoadProgress
from qwendesk.api.problem import Problem
from qwendesk_llamaserver.client import Client, new_key
from qwendesk_llamaserver.feed import Feed
from qwendesk_llamaserver.options import LlamaServerOptions

_HOST = "127.0.0.1"
_TRIES = 3
_LOOK_S = 0.1

# llama-server does not watch its parent. This shell does: its stdin is a pipe that only the worker
# holds, so when the worker ends in whatever way, `read` returns and the server is killed.
_GUARD = """
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
{ read -r _ <&3; kill -KILL $server 2>/dev/null; } &
exec 3<&-
wait $server
code=$?
kill $! 2>/dev/null
exit $code
"""


class BinaryServer:
    """The server process and its key. Raises Problem where it cannot be started or loads nothing."""

    def __init__(
        self, binary: str, model: str, options: LlamaServerOptions, progress: Callable[[LoadProgress], None]
    ) -> None:
        if not os.access(binary, os.X_OK) or not Path(binary).is_file():
            raise Problem("binary_missing", path=binary)
        self.version, self.system_info, self.has_card = Path(binary).name, "", None
        for _ in range(_TRIES):
            port = _free_port()
            key = new_key()
            self.client = Client(f"http://{_HOST}:{port}", key)
            self._process = _start(_command(binary, model, port, options), key)
            if self._wait(progress):
                return
            code = self._process.wait()
            _kill(self._process)
            # Between choosing the port and binding it another process may have taken it.
            if not _is_taken(port):
                break
        raise Problem("load_failed", path=model, detail=f"{Path(binary).name} ended with status {code}")

    def complete(self, body: dict[str, Any], feed: Feed) -> None:
        """Generate over server-sent events."""
        self.client.stream("/v1/completions", body, feed)

    def close(self) -> None:
        """Kill the server; it keeps nothing that could be lost."""
        _kill(self._process)

    def _wait(self, progress: Callable[[LoadProgress], None]) -> bool:
        """Until the model is loaded (True) or the process has ended (False)."""
        try:
            while self._process.poll() is None:
                if self.client.is_up():
                    return self._process.poll() is None
                progress(LoadProgress(None, "weights"))
                time.sleep(_LOOK_S)
            return False
        except BaseException:
            _kill(self._process)
            raise


def _command(binary: str, model: str, port: int, options: LlamaServerOptions) -> list[str]:
    """The command line; the key is not on it, because every user of the machine can read those."""
    slots = options.slots or 1
    context = (options.context or 0) * slots
    command = [binary, "-m", model, "--host", _HOST, "--port", str(port)]
    command += ["-c", str(context), "-np", str(slots), "-t", str(options.threads)]
    command += ["-b", str(options.batch), "-ub", str(min(options.batch, options.ubatch))]
    command += ["-fa", options.flash_attention, "-ctk", options.cache_type_k, "-ctv", options.cache_type_v]
    command += ["--cache-reuse", str(options.cache_reuse), "--cache-ram", str(options.prompt_cache)]
    # Special tokens spelled out: an end-of-text token without text would keep back what is before it.
    command += ["--special"]
    # The file's template is hostile and none of the server's business: it would run it while loading.
    command += ["--no-jinja", "--chat-template", "chatml"]
    command += [] if options.gpu_layers is None else ["-ngl", str(options.gpu_layers)]
    command += [] if options.mmap else ["--no-mmap"]
    command += ["--mlock"] if options.mlock else []
    command += [] if options.warmup else ["--no-warmup"]
    return command


def _start(command: list[str], key: str) -> subprocess.Popen[bytes]:
    # Settings left over in the environment would open the server to the network or to other models.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LLAMA_")}
    environment["LLAMA_API_KEY"] = key
    guarded = command if sys.platform == "win32" else ["/bin/sh", "-c", _GUARD, "guard", *command]
    try:
        return subprocess.Popen(
            guarded, stdin=subprocess.PIPE, stdout=2, stderr=2, env=environment, start_new_session=True
        )
    except OSError as error:
        raise Problem("binary_failed", path=command[0], detail=error.strerror or "") from error


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the server and its guard; closing the pipe ends a server whose guard is gone already."""
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((_HOST, port)) == 0
