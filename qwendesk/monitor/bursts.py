"""The tokens of a session since one last looked."""

from __future__ import annotations

from qwendesk.monitor.rates import Rate
from qwendesk.monitor.sample import Burst
from qwendesk.runtimes.pulse import Pulse


class Listener:
    """Remembers how far it has heard one session. For one thread."""

    def __init__(self) -> None:
        self._heard = 0
        self._rate = Rate()
        self._last: dict[int, float] = {}

    def __call__(self, now: float, pulse: Pulse) -> tuple[float | None, tuple[Burst, ...]]:
        """Tokens a second since the look before (None in the first one), and each reply's own.

        `now` on the monotonic clock.
        """
        self._heard, tokens = pulse.since(self._heard)
        gaps: dict[int, list[float]] = {}
        begun, last = set(), self._last
        self._last = {}
        for reply, at in tokens:
            own = gaps.setdefault(reply, [])
            before = self._last.get(reply, last.get(reply))
            if before is None:
                begun.add(reply)
            else:
                own.append(max(at - before, 0.0))
            self._last[reply] = at
        # A reply that stands still for one look goes on in the next; of many, the newest are remembered.
        self._last = {**dict(sorted(last.items())[-32:]), **self._last}
        bursts = tuple(Burst(reply, tuple(own), reply in begun) for reply, own in sorted(gaps.items()))
        return self._rate(now, self._heard), bursts
