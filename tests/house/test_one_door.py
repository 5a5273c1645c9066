"""Only `system/` opens connections outwards; a runtime's client talks to its own server on this machine."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
OPENERS = {
    *("socket", "ssl", "http.client", "http.server", "urllib.request", "asyncio", "socketserver", "ftplib"),
    *(
        "smtplib",
        "httpx",
        "httpx2",
        "httpcore2",
        "requests",
        "urllib3",
        "aiohttp",
        "websockets",
        "xmlrpc.client",
    ),
}
ALLOWED = {
    "qwendesk/system/wire.py",
    "qwendesk/system/through.py",
    "qwendesk/system/openstream.py",
    "qwendesk/system/http.py",
    # A server of our own, on 127.0.0.1.
    "plugins/qwendesk_llamaserver/client.py",
    "plugins/qwendesk_llamaserver/binary.py",
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def test_nothing_else_opens_connections() -> None:
    sources = [*(ROOT / "qwendesk").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")]
    found = {
        path.relative_to(ROOT).as_posix()
        for path in sources
        if any(name in OPENERS for name in imported(path))
    }
    assert found <= ALLOWED


def test_qt_s_network_is_not_used() -> None:
    for path in (ROOT / "qwendesk").rglob("*.py"):
        assert "QtNetwork" not in path.read_text(encoding="utf-8") or path.name == "window.py", path
