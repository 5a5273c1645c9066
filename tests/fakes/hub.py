"""A hub on 127.0.0.1 that speaks the routes of Hugging Face and of ModelScope, and misbehaves on request.

Run alone (`python -m fakes.hub FOLDER [PORT]`) it serves FOLDER/ORG/REPO/FILE.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "c0ffee" + "0" * 34
_PIECE = 64 << 10
_LARGE = (".gguf", ".safetensors", ".bin")


@dataclass
class Fault:
    """What goes wrong for answers whose address holds `where`, `times` times (None: always).

    Args:
        status, headers: this answer instead of the right one.
        cut_at, stall_at: after the file's byte of that number the connection closes, or nothing comes.
        flip_at: the byte of that number is sent inverted.
        longer: so many bytes more are promised and sent (negative: fewer).
        whole: the asked range is ignored, and the whole file sent.
        zeros: the right number of zeros is sent.
        redirect: the host to send on to.
        rate: bytes a second.
        garbage: this body, whatever was asked.
    """

    where: str = ""
    times: int | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    stall_at: int | None = None
    flip_at: int | None = None
    longer: int = 0
    whole: bool = False
    zeros: bool = False
    redirect: str = ""
    rate: float | None = None
    garbage: bytes | None = None
    method: str = "GET"


@dataclass
class Seen:
    """A request that came, and the bytes of a body that were sent."""

    method: str
    path: str
    headers: dict[str, str]
    sent: int = 0


class Hub:
    """Repositories in memory or on disk: {"org/repo": {"file": bytes or Path}}."""

    def __init__(self, repos: Mapping[str, Mapping[str, bytes | Path]], port: int = 0) -> None:
        self.repos = {name: dict(files) for name, files in repos.items()}
        self.faults: list[Fault] = []
        self.seen: list[Seen] = []
        self.listed_names: dict[str, str] = {}
        self.hashes: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.gated: set[str] = set()
        self.token: str | None = None
        self.let_go = threading.Event()
        self.stalled = threading.Event()
        self._known: dict[Path, str] = {}
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.hub = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Hub:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def asked(self, *parts: str) -> list[Seen]:
        """Requests whose address holds all the parts."""
        return [one for one in self.seen if all(part in one.path for part in parts)]

    def sent(self, name: str) -> int:
        """Bytes sent of the file of that name."""
        return sum(one.sent for one in self.asked(name) if "/tree/" not in one.path)

    def fault(self, method: str, path: str) -> Fault | None:
        for one in self.faults:
            if one.where in path and one.method in (method, "*") and one.times != 0:
                if one.times is not None:
                    one.times -= 1
                return one
        return None

    def sha256(self, content: bytes | Path) -> str:
        if isinstance(content, bytes):
            return hashlib.sha256(content).hexdigest()
        if content not in self._known:
            with content.open("rb") as file:
                self._known[content] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._known[content]


class _Server(ThreadingHTTPServer):
    hub: Hub
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    seen: Seen

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_PUT = do_POST = do_GET

    def _answer(self) -> None:
        hub = self.server.hub
        address = urlsplit(self.path)
        route, query = unquote(address.path), {k: v[0] for k, v in parse_qs(address.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen = Seen(self.command, unquote(self.path), headers)
        hub.seen.append(self.seen)
        body = self.rfile.read(int(headers.get("content-length", 0)))
        fault = hub.fault(self.command, unquote(self.path))
        if fault is not None and fault.status is not None:
            return self._send(fault.status, fault.garbage or b"", fault.headers)
        if fault is not None and fault.redirect:
            return self._send(302, b"", {"Location": fault.redirect + self.path})
        if fault is not None and fault.garbage is not None:
            return self._send(200, fault.garbage, {"Content-Type": "application/json", **fault.headers})
        if route.startswith("/api/v1/"):
            return self._modelscope(route.removeprefix("/api/v1/"), query, body, fault)
        if route == "/api/models":
            return self._json([self._info(one) for one in self._matching(query)])
        if route.startswith("/api/models/"):
            return self._model(route.removeprefix("/api/models/"))
        return self._resolve(route.lstrip("/"), fault)

    # Hugging Face

    def _matching(self, query: dict[str, str]) -> list[str]:
        wanted, author = query.get("search", "").lower(), query.get("author", "")
        names = [one for one in self.server.hub.repos if wanted in one.lower() and one.startswith(author)]
        return names[: int(query.get("limit", 100))]

    def _info(self, repo: str) -> dict[str, Any]:
        return {
            "id": repo,
            "modelId": repo,
            "sha": COMMIT,
            "downloads": 1000 + len(repo),
            "likes": 7,
            "lastModified": "2026-10-01T12:00:00.000Z",
            "private": False,
            "gated": "manual" if repo in self.server.hub.gated else False,
            "pipeline_tag": "text-generation",
            "tags": ["gguf", "license:apache-2.0"],
        }

    def _allowed(self, repo: str) -> bool:
        hub = self.server.hub
        if repo not in hub.repos:
            self._send(
                404, b"{}", {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"}
            )
            return False
        given = self.headers.get("Authorization") == f"Bearer {hub.token}" and hub.token is not None
        if repo in hub.gated and not given:
            self._send(403, b"{}", {"X-Error-Code": "GatedRepo", "X-Error-Message": "Access is restricted"})
            return False
        return True

    def _model(self, rest: str) -> None:
        repo = "/".join(rest.split("/")[:2])
        tail = rest.split("/")[2:]
        if tail[:1] == ["tree"]:
            if self._allowed(repo):
                self._json([self._entry(repo, name) for name in self.server.hub.repos[repo]])
        elif repo not in self.server.hub.repos or (tail and tail[1] not in ("main", COMMIT)):
            code = "RevisionNotFound" if repo in self.server.hub.repos else "RepoNotFound"
            self._send(404, b"{}", {"X-Error-Code": code, "X-Error-Message": "Not found"})
        else:
            self._json(self._info(repo))

    def _entry(self, repo: str, name: str) -> dict[str, Any]:
        hub = self.server.hub
        content = hub.repos[repo][name]
        size = hub.sizes.get(name, _size(content))
        entry: dict[str, Any] = {"type": "file", "path": hub.listed_names.get(name, name), "size": size}
        if name.endswith(_LARGE):
            oid = hub.hashes.get(name, hub.sha256(content))
            return {**entry, "oid": "0" * 40, "lfs": {"oid": oid, "size": size, "pointerSize": 134}}
        data = content if isinstance(content, bytes) else content.read_bytes()
        git = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        return {**entry, "oid": hub.hashes.get(name, git)}

    def _resolve(self, route: str, fault: Fault | None) -> None:
        parts = route.split("/")
        if len(parts) < 5 or parts[2] != "resolve":
            return self._send(404, b"", {})
        repo, name = "/".join(parts[:2]), "/".join(parts[4:])
        if not self._allowed(repo):
            return None
        return self._file(repo, name, fault)

    # ModelScope

    def _modelscope(self, route: str, query: dict[str, str], body: bytes, fault: Fault | None) -> None:
        hub = self.server.hub
        if route in ("models", "models/", "dolphin/models"):
            asked = json.loads(body or b"{}")
            wanted = str(asked.get("Name") or asked.get("Path") or "").lower()
            found = [
                {
                    "Path": one.split("/")[0],
                    "Name": one.split("/")[1],
                    "Downloads": 12,
                    "Stars": 3,
                    "LastUpdatedTime": 1_780_000_000,
                    "License": "apache-2.0",
                }
                for one in hub.repos
                if wanted in one.lower()
            ]
            models = {"Models": found, "TotalCount": len(found)}
            return self._json({"Code": 200, "Success": True, "Data": {"Model": models, **models}})
        parts = route.removeprefix("models/").split("/")
        repo, tail = "/".join(parts[:2]), "/".join(parts[2:])
        if repo not in hub.repos:
            return self._json({"Code": 10010205001, "Success": False, "Message": "not found"}, 404)
        if tail == "repo/files":
            files = [self._listed(repo, name) for name in hub.repos[repo]]
            return self._json({"Code": 200, "Success": True, "Data": {"Files": files}})
        if tail == "repo":
            return self._file(repo, query["FilePath"], fault)
        detail = {"Path": parts[0], "Name": parts[1], "Downloads": 12, "License": "apache-2.0"}
        return self._json({"Code": 200, "Success": True, "Data": detail})

    def _listed(self, repo: str, name: str) -> dict[str, Any]:
        hub = self.server.hub
        content = hub.repos[repo][name]
        shown = hub.listed_names.get(name, name)
        return {
            "Path": shown,
            "Name": shown.rpartition("/")[2],
            "Type": "blob",
            "Size": hub.sizes.get(name, _size(content)),
            "Sha256": hub.hashes.get(name, hub.sha256(content)),
            "Revision": "a1b2c3",
        }

    # Answers

    def _file(self, repo: str, name: str, fault: Fault | None) -> None:
        hub = self.server.hub
        real = next((k for k, v in hub.listed_names.items() if v == name), name)
        content = hub.repos[repo].get(real)
        if content is None:
            return self._send(404, b"", {"X-Error-Code": "EntryNotFound"})
        fault = fault or Fault()
        total = _size(content) + fault.longer
        first, last = self._range(total)
        if fault.whole:
            first, last = 0, total - 1
        if first >= total > 0:
            return self._send(416, b"", {"Content-Range": f"bytes */{total}"})
        ranged = "range" in self.seen.headers and not fault.whole
        self.send_response(206 if ranged else 200)
        if ranged:
            self.send_header("Content-Range", f"bytes {first}-{last}/{total}")
        self.send_header("Content-Length", str(last - first + 1))
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", '"abc"')
        self.end_headers()
        if self.command != "HEAD":
            self._body(content, first, last + 1, fault)
        return None

    def _range(self, total: int) -> tuple[int, int]:
        asked = self.seen.headers.get("range", "bytes=0-").removeprefix("bytes=")
        first, _, last = asked.partition("-")
        return int(first), min(int(last), total - 1) if last else total - 1

    def _body(self, content: bytes | Path, first: int, end: int, fault: Fault) -> None:
        hub = self.server.hub
        edge = max(first, min(one for one in (fault.cut_at, fault.stall_at, end) if one is not None))
        if (
            isinstance(content, Path)
            and not fault.zeros
            and fault.flip_at is None
            and hasattr(os, "sendfile")
        ):
            self._send_file(content, first, edge, fault.rate)
        else:
            self._send_pieces(content, first, edge, fault)
        if edge < end:
            self.close_connection = True
            if fault.stall_at is not None:
                hub.stalled.set()
                hub.let_go.wait()

    def _send_pieces(self, content: bytes | Path, first: int, end: int, fault: Fault) -> None:
        here, begun = first, time.monotonic()
        for piece in _pieces(content, first, end):
            data = bytes(len(piece)) if fault.zeros else piece
            if fault.flip_at is not None and here <= fault.flip_at < here + len(data):
                at = fault.flip_at - here
                data = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
            self.wfile.write(data)
            self.seen.sent += len(data)
            here += len(data)
            _keep_to(fault.rate, begun, here - first)

    def _send_file(self, path: Path, first: int, end: int, rate: float | None) -> None:
        """As fast as the system can: nothing passes through Python."""
        here, begun = first, time.monotonic()
        with path.open("rb") as file:
            while here < end:
                sent = os.sendfile(self.connection.fileno(), file.fileno(), here, min(1 << 20, end - here))
                self.seen.sent += sent
                here += sent
                _keep_to(rate, begun, here - first)

    def _json(self, data: object, status: int = 200) -> None:
        self._send(status, json.dumps(data).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _keep_to(rate: float | None, begun: float, sent: int) -> None:
    if rate:
        time.sleep(max(0.0, begun + sent / rate - time.monotonic()))


def _size(content: bytes | Path) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _pieces(content: bytes | Path, first: int, end: int) -> Iterator[bytes]:
    if isinstance(content, bytes):
        padded = content if end <= len(content) else content + bytes(end - len(content))
        for start in range(first, end, _PIECE):
            yield padded[start : min(start + _PIECE, end)]
        return
    with content.open("rb") as file:
        file.seek(first)
        for start in range(first, end, _PIECE):
            yield file.read(min(_PIECE, end - start))


def served(folder: Path) -> dict[str, dict[str, bytes | Path]]:
    """The repositories below a folder."""
    repos: dict[str, dict[str, bytes | Path]] = {}
    for path in sorted(folder.glob("*/*/**/*")):
        if path.is_file():
            parts = path.relative_to(folder).parts
            repos.setdefault("/".join(parts[:2]), {})["/".join(parts[2:])] = path
    return repos


if __name__ == "__main__":
    with Hub(served(Path(sys.argv[1])), int(sys.argv[2]) if len(sys.argv) > 2 else 0) as hub:
        print(hub.url, flush=True)
        threading.Event().wait()
