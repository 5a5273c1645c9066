"""PDF files, page by page. A page that cannot be read costs only itself."""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Callable
from itertools import groupby

from pypdf import Configuration, PageObject, PasswordType, PdfReader, apply_configuration

from qwendesk.api.problem import Note, Problem
from qwendesk.chat.documents import limits
from qwendesk.chat.documents.document import Document, Stop, heed
from qwendesk.chat.documents.gathering import Gathering

# It tells of every flaw that it mends, and its messages quote the file.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

_LIMITS = Configuration(
    maximum_declared_stream_length=limits.MOST_BYTES,
    array_based_stream_maximum_output_length=limits.MOST_STREAM,
    zlib_maximum_output_length=limits.MOST_STREAM,
    lzw_maximum_output_length=limits.MOST_STREAM,
    run_length_maximum_output_length=limits.MOST_STREAM,
    stream_decoding_work_maximum_length=2 * limits.MOST_STREAM,
    stream_parsing_work_maximum_count=limits.MOST_INSTRUCTIONS,
    xform_maximum_invocations_per_extraction=limits.MOST_FORMS,
    jbig2dec_binary=None,  # no other program sees a foreign file
    disable_legacy_handling=True,
)
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\xad": None}
)
_LEADER = re.compile(r"(?:[ \xa0]?\.){6,}")  # the dots in a table of contents


class _PageTooLongError(Exception):
    """The page takes more time than it may."""


def read_pdf(gathering: Gathering, data: bytes, stop: Stop) -> Document:
    """The text of each page; notes name the pages without text and those that could not be read.

    Raises:
        Problem: `document_locked`, `document_broken`, `document_stopped`.
    """
    with apply_configuration(_LIMITS):
        reader, count = _open(gathering.name, data)
        failed: dict[int, str] = {}
        for number in range(1, count + 1):
            heed(stop, gathering.name)
            if gathering.full:
                break
            try:
                gathering.add(_text(reader.pages[number - 1], _watch(stop)))
            except Exception as error:  # pypdf lets through whatever a broken page leads to
                heed(stop, gathering.name)
                failed[number] = _detail(error)
                gathering.add("")
            if number % limits.PAGES_IN_MEMORY == 0:
                reader.resolved_objects.clear()
    return _noted(gathering, failed)


def _open(name: str, data: bytes) -> tuple[PdfReader, int]:
    try:
        reader = PdfReader(io.BytesIO(data))
        # Many files are encrypted with an empty password, only to forbid printing.
        locked = reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
        count = 0 if locked else len(reader.pages)
    except Exception as error:
        raise Problem("document_broken", name=name, detail=_detail(error)) from error
    if locked:
        raise Problem("document_locked", name=name)
    return reader, count


def _watch(stop: Stop) -> Callable[..., None]:
    """Called for every instruction of a page: ends one that would go on and on."""
    end = time.monotonic() + limits.MOST_SECONDS

    def check(*_instruction: object) -> None:
        if stop() or time.monotonic() > end:
            raise _PageTooLongError("it takes too long")

    return check


def _text(page: PageObject, check: Callable[..., None]) -> str:
    text = page.extract_text(visitor_operand_before=check)
    check()  # pypdf swallows what is raised within a form
    lines = _LEADER.sub(" ...", text.translate(_LIGATURES)).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _noted(gathering: Gathering, failed: dict[int, str]) -> Document:
    name = gathering.name
    empty = [number for number in gathering.empty if number not in failed]
    if failed:
        pages, detail = _ranges([*failed]), next(iter(failed.values()))
        gathering.notes.append(
            Note("document_pages_failed", {"name": name, "pages": pages, "detail": detail})
        )
    if empty:
        gathering.notes.append(Note("document_pages_empty", {"name": name, "pages": _ranges(empty)}))
    return gathering.document("pdf")


def _ranges(numbers: list[int]) -> str:
    """Page numbers as a person writes them: 1, 4–7."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _detail(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]
