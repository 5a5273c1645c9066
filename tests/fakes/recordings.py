"""Recordings as files, made of numbers."""

from __future__ import annotations

import io

import numpy as np
import soundfile

FORMS = {
    "wav": ("WAV", "PCM_16"),
    "float": ("WAV", "FLOAT"),
    "flac": ("FLAC", "PCM_16"),
    "vorbis": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}


def samples(seed: int, seconds: float, rate: int = 16_000) -> np.ndarray:
    """A tone that rises, in noise; the same for the same seed. Shape (samples,)."""
    time = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(seed).standard_normal(len(time))
    return (0.4 * np.sin(2 * np.pi * (200 + 150 * seed + 40 * time) * time) + 0.02 * noise).astype(np.float32)


def recording(
    seed: int = 0, seconds: float = 1.0, form: str = "wav", rate: int = 16_000, channels: int = 1
) -> bytes:
    """An encoded one, the same on every channel."""
    one = samples(seed, seconds, rate)
    buffer = io.BytesIO()
    kind, subtype = FORMS[form]
    soundfile.write(buffer, np.stack([one] * channels, 1), rate, format=kind, subtype=subtype)
    return buffer.getvalue()


def silence(seconds: float, rate: int = 8000) -> bytes:
    """A FLAC of almost no bytes, however long."""
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", rate, 1, format="FLAC", subtype="PCM_S8") as file:
        block = np.zeros(rate * 60, np.float32)
        for _ in range(round(seconds / 60)):
            file.write(block)
    return buffer.getvalue()
