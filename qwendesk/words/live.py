"""What the dashboards say: times, tokens, figures and their definitions."""

from __future__ import annotations

import time
from collections.abc import Mapping

from qwendesk.monitor.shares import ShareId
from qwendesk.monitor.strip import Latencies
from qwendesk.words import _, figures, ngettext
from qwendesk.words.roofline import milliseconds

_DAY_S = 86400.0
SPANS: Mapping[int, str] = {
    60: _("Last minute"),
    300: _("Last 5 minutes"),
    900: _("Last 15 minutes"),
    3600: _("Last hour"),
}
SHARES: Mapping[ShareId, str] = {
    "weights": _("weights"),
    "cache": _("KV"),
    "compute": _("compute"),
    "other": _("other"),
}
MEANINGS: Mapping[str, str] = {
    "rate": _(
        "Tokens that came in the last second, of all replies together. Between replies: the decode speed of"
        " the last one, (tokens − 1) / (last token − first token). The worker stamps every token."
    ),
    "ttft": _(
        "Time to first token of the last reply: from the request leaving to the first token. Reasoning"
        " counts, loading does not."
    ),
    "strip": _(
        "Time between each token of the newest reply and the one before it, as the worker stamps them. A"
        " token is slow that took more than twice the median and at least 5 ms longer."
    ),
    "memory": _(
        "Measured once a second: the proportional set size (PSS) of the worker on Linux, its resident set"
        " elsewhere, and its memory on graphics cards. A model mapped from its file"
        " counts once it has been read."
    ),
    "estimate": _(
        "What was expected before loading, from the file's own metadata: weights, KV cache with recurrent"
        " state, compute buffer, and the rest of the worker. The thin bar below is what"
        " was measured, on the same scale."
    ),
    "cores": _(
        "Processor time of the workers since the sample before; 100 % is one core. The second line is the"
        " whole computer."
    ),
    "gpu": _("How busy the card was since the sample before, as its driver tells."),
}


def moment(at: float) -> str:
    """Seconds since 1970 as a date with its time."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def clock(begin: float, end: float) -> tuple[tuple[float, str], ...]:
    """Where the times of a recorded chart stand: a begin, a middle and an end, as hours or as days."""
    pattern = "%H:%M" if end - begin <= _DAY_S else "%d %b"
    places = (begin + (end - begin) * 0.02, (begin + end) / 2, end - (end - begin) * 0.02)
    return tuple((at, time.strftime(pattern, time.localtime(at))) for at in places)


def ticks(span: int) -> tuple[tuple[float, str], ...]:
    """Where the times of a live chart stand: its begin, its middle and now."""
    return ((-span * 0.98, _back(span)), (-span / 2, _back(span / 2)), (0.0, _("now")))


def _back(seconds: float) -> str:
    return _("−{n:.0f} s").format(n=seconds) if seconds < 120 else _("−{n:g} min").format(n=seconds / 60)


def ago(age: float) -> str:
    """ "now", "12 s ago", "3 min 05 s ago"; `age` is 0 or less."""
    return _("now") if age > -0.5 else _("{time} ago").format(time=_duration(-age))


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return _("{n} s").format(n=whole)
    return _("{m} min {s:02d} s").format(m=whole // 60, s=whole % 60)


def between(latencies: Latencies, token: int | None = None, gap: float = 0.0) -> str:
    """One token and its time, or what all of them were like."""
    if token is not None:
        told = _("token {n:,}: {time}").format(n=token, time=milliseconds(gap))
        return _("{told}, slow").format(told=told) if gap > latencies.limit else told
    if latencies.median is None:
        return _("No tokens yet")
    slow = ngettext("{n} slow", "{n} slow", latencies.slow).format(n=latencies.slow)
    return _("{time} per token, {slow}").format(time=milliseconds(latencies.median), slow=slow)


def percent(cores: float) -> str:
    """Cores as people know them: 1.86 → "186 %"."""
    return _("{n:.0f} %").format(n=100 * cores)


def whole(value: float) -> str:
    """A number beside an axis: "250", "2.5"."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def short_size(count: float) -> str:
    """A size beside an axis: "80 MB", "2.5 GB"."""
    return figures.size(count).replace(".0 ", " ")


def degrees(value: float | None) -> str:
    return _("{n:.0f} °C").format(n=value) if value is not None else ""


def watts(value: float | None) -> str:
    return _("{n:.0f} W").format(n=value) if value is not None else ""


def shares(parts: Mapping[ShareId, int]) -> str:
    """ "weights 2.5 GB · KV cache 0.6 GB · compute 0.3 GB"; parts that are nothing are left out."""
    return " · ".join(f"{SHARES[id]} {figures.size(bytes)}" for id, bytes in parts.items() if bytes)


def spread(name: str, now: str, least: str, most: str) -> str:
    """A chart in words, for those who cannot see it."""
    return _("{name}: {now} now, between {least} and {most}").format(
        name=name, now=now, least=least, most=most
    )
