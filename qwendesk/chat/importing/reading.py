"""Conversations from a file, a zip or a folder, whoever wrote them."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from qwendesk.api.problem import Problem
from qwendesk.chat.importing.gathering import Gathering
from qwendesk.chat.importing.imported import Attach, Imported
from qwendesk.chat.importing.jsondata import LARGEST, decoded, element, fields, read_bounded
from qwendesk.chat.importing.lying import Lying, beside, packed

__all__ = ["Imported", "read_conversations"]
_MOST_FILES = 100_000
_JAN = ("thread.json", "messages.jsonl")
_ZIP_FAILURES = (zipfile.BadZipFile, OSError, RuntimeError, EOFError, ValueError, zlib.error)


def read_conversations(path: Path, attach: Attach | None = None) -> Imported:
    """What can be read there; what cannot costs only itself and is told in `skipped`.

    Args:
        path: a file of ours, of ChatGPT (conversations.json, or the zip that it comes in), of LM Studio
            (ID.conversation.json), with messages in the shape of OpenAI's API (JSON, or a conversation a
            line), a folder of Jan's, or a folder with any of these in it.
        attach: keeps images and attached texts; without it images stay in memory and texts are left out.

    Raises:
        Problem: `file_unreadable`, `import_too_large`, `file_not_json`, `import_unknown` (path),
            `import_newer`, `import_malformed`, `messages_malformed`, `attachment_not_saved`.
    """
    gathering = Gathering(attach)
    if path.is_dir() and not (path / _JAN[0]).is_file():
        _read_folder(path, gathering)
    else:
        _read_file(path, gathering)
    return gathering.done(path)


def _read_folder(folder: Path, gathering: Gathering) -> None:
    """Whatever lies in it and in folders inside."""
    for one in _inside(folder):
        try:
            _read_file(one, gathering)
        except Problem as problem:
            gathering.skip(problem)


def _read_file(path: Path, gathering: Gathering) -> None:
    folder = path if path.is_dir() else path.parent
    if (path.is_dir() or path.name in _JAN) and (folder / _JAN[0]).is_file():
        _read_thread(folder, gathering)
    elif _is_zip(path):
        _read_zip(path, gathering)
    elif path.suffix == ".jsonl":
        gathering.take_each(read_bounded(path).splitlines(), path, Lying())
    else:
        _read_text(read_bounded(path), path, beside(folder), gathering)


def _read_thread(folder: Path, gathering: Gathering) -> None:
    thread = element(read_bounded(folder / _JAN[0]), str(folder / _JAN[0]))
    lines, broken = [], 0
    messages = folder / _JAN[1]
    for line in read_bounded(messages).splitlines() if messages.is_file() else ():
        try:
            lines += [element(line, "")] if line.strip() else []
        except Problem:
            broken += 1
    gathering.take_thread(thread, lines, broken)


def _read_zip(path: Path, gathering: Gathering) -> None:
    """The zip of an export: every JSON in it whose name begins as conversations do."""
    try:
        with zipfile.ZipFile(path) as archive:
            for one in archive.infolist():
                if not Path(one.filename).match("conversations*.json"):
                    continue
                if one.file_size > LARGEST:
                    raise Problem("import_too_large", path=str(path), size=one.file_size, most=LARGEST)
                with archive.open(one) as file:
                    data = file.read(LARGEST)
                _read_text(data, path / one.filename, packed(archive), gathering)
    except _ZIP_FAILURES as error:
        raise Problem("file_unreadable", path=str(path), detail=str(error)[:200]) from error


def _read_text(data: bytes, path: Path, files: Lying, gathering: Gathering) -> None:
    """A conversation, or a list of them, of which one at a time is in memory."""
    if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        listed = decoded(data, list[msgspec.Raw], str(path))
        if listed and "role" not in fields(element(bytes(listed[0]), str(path))).values:
            return gathering.take_each(map(bytes, listed), path, files)
    if not gathering.take(element(data, str(path)), str(path), files, path):
        raise Problem("import_unknown", path=str(path))
    return None


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def _inside(folder: Path) -> Iterator[Path]:
    """Files that may hold conversations, in the order of their names; of Jan's two the first."""
    found = (one for pattern in ("*.json", "*.jsonl") for one in folder.rglob(pattern) if one.name != _JAN[1])
    yield from sorted(path for path, _ in zip(found, range(_MOST_FILES), strict=False))
