"""A package index on 127.0.0.1 (PEP 691): serves a folder of wheels, and holds a file back on request."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit


class Index:
    """`held` names a file that is not sent before `let_go`; `asked` is set once somebody wants it.

    Files in `gone` are listed, but not there; `files_at` is another host that they are listed on, and `moved_to`
    one that whoever wants a file is sent on to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.held = ""
        self.gone: set[str] = set()
        self.files_at = self.moved_to = ""
        self.asked, self.let_go = threading.Event(), threading.Event()
        self.seen: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, credentials: str = "") -> str:
        return f"http://{credentials}{self.host}/simple"

    def __enter__(self) -> Index:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def page(self, name: str) -> bytes:
        """The files of a package."""
        return json.dumps(
            {
                "meta": {"api-version": "1.1"},
                "name": name,
                "versions": [],
                "files": list(self._files(name)),
            }
        ).encode()

    def _files(self, name: str) -> Iterator[dict[str, object]]:
        for one in self.folder.glob("*.whl"):
            if one.name.partition("-")[0].lower() == name:
                data = one.read_bytes()
                yield {
                    "filename": one.name,
                    "url": f"{self.files_at}/files/{one.name}",
                    "hashes": {"sha256": hashlib.sha256(data).hexdigest()},
                    "size": len(data),
                    "core-metadata": True,
                }

    def body(self, path: str) -> tuple[str, bytes] | None:
        """Type and bytes of what lies at an address."""
        parts = unquote(urlsplit(path).path).strip("/").split("/")
        if parts[0] == "simple":
            return "application/vnd.pypi.simple.v1+json", self.page(parts[1])
        file = self.folder / parts[-1].removesuffix(".metadata")
        if not file.is_file():
            return None
        if parts[-1].endswith(".metadata"):
            with zipfile.ZipFile(file) as opened:
                name = next(one for one in opened.namelist() if one.endswith("/METADATA"))
                return "text/plain", opened.read(name)
        if file.name in self.gone:
            return None
        if file.name == self.held:
            self.asked.set()
            self.let_go.wait(60)
        return "application/octet-stream", file.read_bytes()

    def _handler(index: Index) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.seen.append(self.path)
                if index.moved_to and self.path.startswith("/files"):
                    self.send_response(302)
                    self.send_header("location", index.moved_to + self.path)
                    self.send_header("content-length", "0")
                    self.end_headers()
                    return
                found = index.body(self.path)
                self.send_response(200 if found is not None else 404)
                kind, body = found or ("text/plain", b"")
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(OSError):  # whoever asked was ended
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
