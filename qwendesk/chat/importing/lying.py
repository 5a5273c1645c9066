"""Files that lie beside what is read: images that a conversation only names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property, partial
from itertools import islice
from pathlib import Path, PurePosixPath
from zipfile import ZipFile, ZipInfo

from qwendesk.chat.pictures import media_type

_LARGEST = 50_000_000
_MOST = 100_000
_NAME = re.compile(r"[\w.-]{4,200}", re.ASCII)
_File = tuple[str, Callable[[], bytes]]


class Lying:
    """Files by their names, looked for when the first one is asked for and read one by one."""

    def __init__(self, look: Callable[[], Iterable[_File]] = tuple) -> None:
        self._look = look

    @cached_property
    def _files(self) -> dict[str, Callable[[], bytes]]:
        return dict(islice(self._look(), _MOST))

    def image(self, start: str) -> bytes | None:
        """The image whose name begins so; None where there is none, or it is none."""
        if not _NAME.fullmatch(start):
            return None
        read = self._files.get(start) or next(
            (read for name, read in self._files.items() if name.startswith(start)), None
        )
        try:
            data = read() if read is not None else b""
        except (OSError, ValueError, RuntimeError, NotImplementedError):  # what reading a zip may raise
            return None
        return data if media_type(data) else None


def beside(*folders: Path) -> Lying:
    """What lies in these folders and one level below."""
    return Lying(lambda: ((path.name, partial(_bounded, path)) for one in folders for path in _files(one)))


def user_files(conversation: Path) -> Lying:
    """LM Studio keeps them beside the folder of conversations, which may have folders in it."""
    return beside(*(one / "user-files" for one in islice(conversation.absolute().parents, 5)))


def packed(archive: ZipFile) -> Lying:
    """What is in a zip."""
    return Lying(
        lambda: (
            (PurePosixPath(one.filename).name, partial(_unpacked, archive, one))
            for one in archive.infolist()
            if one.file_size <= _LARGEST
        )
    )


def _files(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        for pattern in ("*.*", "*/*.*"):
            yield from folder.glob(pattern)


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    return data if len(data) <= _LARGEST else b""


def _unpacked(archive: ZipFile, entry: ZipInfo) -> bytes:
    with archive.open(entry) as file:
        return file.read(_LARGEST)
