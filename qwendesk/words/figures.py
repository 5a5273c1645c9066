"""Numbers as people read them, with their unit."""

from __future__ import annotations

from qwendesk.words import _, ngettext


def size(count: float) -> str:
    """Bytes in the decimal units that disks and model pages use: 3_146_880 → "3.1 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 999.95 or unit == "GB":
            return f"{count:.0f} {unit}" if unit in ("B", "kB") else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError


def rate(tokens_per_second: float | None) -> str:
    """Tokens a second: "52.1 tok/s", or a dash where nothing was measured."""
    return "–" if tokens_per_second is None else _("{rate:.1f} tok/s").format(rate=tokens_per_second)


def seconds(duration: float | None) -> str:
    """A duration: "0.31 s", "12 s", "2 min 05 s"; a dash where nothing was measured."""
    if duration is None:
        return "–"
    if duration < 10:
        return _("{s:.2f} s").format(s=duration)
    if duration < 120:
        return _("{s:.0f} s").format(s=duration)
    return _("{m:.0f} min {s:02.0f} s").format(m=duration // 60, s=duration % 60)


def length(duration: float) -> str:
    """Of a recording, as players show it: "0:07", "12:05", "1:02:03"."""
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


def tokens(count: int) -> str:
    """A count of tokens: "142 tokens"."""
    return ngettext("{n:,} token", "{n:,} tokens", count).format(n=count)
