"""An encoded recording as samples: decoded by libsndfile, as far as a model hears and no further."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import soundfile
import soxr

from qwendesk.api.problem import Problem

Samples = np.ndarray[Any, np.dtype[np.float32]]
_FORMATS = ("WAV", "WAVEX", "FLAC", "OGG", "MP3")
_RATES = range(1000, 768_001)
_UNKNOWN = 1 << 62
"""libsndfile counts as many where a stream was written without its length."""
_BLOCK = 16_384
"""Samples of all channels that are decoded at once: of those there may be a thousand."""
_SPARE_S = 0.5
"""Encoders put silence around what was recorded."""


def decoded(data: bytes, rate: int, most: float) -> Samples:
    """One channel at this rate, shape (samples,); `most` in seconds.

    Raises:
        Problem: `audio_unreadable` (detail), `audio_too_long` (seconds, heard).
    """
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            _check(file, most)
            own = int(file.samplerate)
            mono = _mono(file)
    except soundfile.SoundFileError as error:
        raise _unreadable(_cause(error)) from error
    if not len(mono):
        raise _unreadable("it is empty")
    samples: Samples = soxr.resample(mono, own, rate) if own != rate else mono
    return samples


def _check(file: soundfile.SoundFile, most: float) -> None:
    """By the header alone."""
    if file.format not in _FORMATS:
        raise _unreadable(f"{file.format} is none of WAV, FLAC, OGG and MP3")
    if file.samplerate not in _RATES:
        raise _unreadable(f"{file.samplerate} samples a second")
    if file.frames >= _UNKNOWN:
        raise _unreadable("it does not tell how long it takes")
    seconds = file.frames / file.samplerate
    if seconds > most + _SPARE_S:
        raise Problem("audio_too_long", seconds=round(seconds), heard=round(most))


def _mono(file: soundfile.SoundFile) -> Samples:
    """The mean of all channels. Piece by piece: a header may promise more than there is."""
    blocks = file.blocks(_BLOCK, dtype="float32", always_2d=True)
    return np.concatenate([np.zeros(0, np.float32), *(one.mean(axis=1) for one in blocks)])


def _unreadable(detail: str) -> Problem:
    return Problem("audio_unreadable", detail=detail)


def _cause(error: Exception) -> str:
    told = getattr(error, "error_string", "") or str(error)
    return str(told).strip().rstrip(".")[:200] or type(error).__name__
