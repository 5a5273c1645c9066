"""Recordings that someone attaches: told from other files by their content, and never too large.

Only their headers are looked at, in Python: decoding is native code, which runs in a worker.
"""

from __future__ import annotations

import io
import math
from pathlib import Path

from qwendesk.api.problem import Problem

MOST_BYTES = 20_000_000
_HEAD = 64
_CODECS = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC")
_LEAST_OF_TEXT = 9  # a tab
_MP3_SYNC, _MP3_MASK = 0xE2, 0xE6  # MPEG audio of layer III


def read_audio(path: Path, name: str) -> bytes | None:
    """The content of a WAV, FLAC, OGG or MP3 file; None for everything else, also what is not there.

    Raises:
        Problem: `recording_too_large` (name, size, most); `document_inaccessible` (name, detail).
    """
    try:
        if not path.is_file():  # a pipe would keep us waiting
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if audio_type(head) is None:
                return None
            size = path.stat().st_size
            data = head + file.read(MOST_BYTES + 1 - len(head)) if size <= MOST_BYTES else head
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise Problem("document_inaccessible", name=name, detail=detail) from error
    if max(size, len(data)) > MOST_BYTES:
        raise Problem("recording_too_large", name=name, size=max(size, len(data)), most=MOST_BYTES)
    return data


def audio_type(data: bytes) -> str | None:
    """ "wav", "flac", "ogg" or "mp3", from the first 64 bytes; None for what is none of them."""
    head = data[:_HEAD]
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"OggS"):  # may hold a film
        return "ogg" if any(one in head for one in _CODECS) else None
    if head.startswith(b"ID3"):  # no text holds a zero byte
        return "mp3" if b"\0" in head else None
    return "mp3" if _begins_a_frame(head) and min(head) < _LEAST_OF_TEXT else None


def _begins_a_frame(head: bytes) -> bool:
    """Whether these are the first bytes of MPEG audio: layer III, a bit rate, and a sample rate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & _MP3_MASK != _MP3_SYNC:
        return False
    return head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3


def seconds_of(data: bytes) -> float:
    """How long a recording takes, as its header says; 0 where it does not tell."""
    from tinytag import TinyTag

    try:
        told = TinyTag.get(file_obj=io.BytesIO(data), tags=False).duration
    except Exception:  # whatever is wrong with it, the decoder will say
        return 0.0
    return float(told) if told and math.isfinite(told) and told > 0 else 0.0
