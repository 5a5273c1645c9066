"""The roofline in words: what there could be, what there is, and what eats the rest."""

from __future__ import annotations

from qwendesk.monitor.roofline import CACHED_BYTES, Reading, Roofline
from qwendesk.words import _, figures, ngettext

MEANING = _(
    "Making a token reads every weight that takes part, and the keys and values of all tokens before it. The"
    " bandwidth of this computer's memory, measured once by copying, divided by those bytes is the most"
    " tokens a second that one reply could get. Of the time that a token really took, that much is reading;"
    " the rest is computing, sampling and handing over."
)


def bandwidth(bytes_per_s: float) -> str:
    return f"{figures.size(bytes_per_s)}/s"


def possible(roof: Roofline) -> str:
    """ "61.2 tok/s possible at 2.5 GB per token, 152.0 GB/s"."""
    return _("{rate} possible at {bytes} per token, {bandwidth}").format(
        rate=figures.rate(roof.ceiling),
        bytes=figures.size(roof.bytes),
        bandwidth=bandwidth(roof.bandwidth),
    )


def attained(roof: Roofline, replies: int) -> str:
    """What the last replies got of it; empty where none did."""
    if roof.reached is None or roof.share is None:
        return ""
    told = ngettext(
        "The last reply reached {rate}, {share:.0f} % of that.",
        "The last {n} replies reached {rate}, {share:.0f} % of that.",
        replies,
    )
    return told.format(n=replies, rate=figures.rate(roof.reached.tokens_per_s), share=100 * roof.share)


def times(roof: Roofline) -> list[tuple[str, float]]:
    """The parts of a token's time, in seconds."""
    return [
        (_("Reading weights"), roof.weights_s),
        (_("Reading KV cache"), roof.cache_s),
        (_("Computing, sampling, hand-over"), roof.rest_s),
    ]


def milliseconds(seconds: float) -> str:
    """ "19.2 ms"; more digits where there is little: "0.72 ms", "0.021 ms"."""
    value = 1000 * seconds
    if value >= 1 or value <= 0:
        return _("{ms:.1f} ms").format(ms=value)
    return _("{ms:.2g} ms").format(ms=value)


def eaten(roof: Roofline) -> str:
    """Where the time of a token goes; empty where none was measured."""
    if roof.token_s is None:
        return ""
    told = _(
        "Of {token} for a token, reading weights takes {weights}, reading the KV cache {cache}, and"
        " computing, sampling and hand-over {rest}."
    )
    return told.format(
        token=milliseconds(roof.token_s),
        weights=milliseconds(roof.weights_s),
        cache=milliseconds(roof.cache_s),
        rest=milliseconds(roof.rest_s),
    )


def others(cores: float | None) -> str:
    """What other programs used meanwhile; empty where that was not seen."""
    if cores is None:
        return ""
    return _("Other programs, this window included, used {cores:.1f} cores meanwhile.").format(cores=cores)


def caveat(read: Reading, roof: Roofline) -> str:
    """Why the roof does not hold, or not quite, for this model; empty where it does."""
    if read.on_card:
        return _(
            "Part of this model lies on a graphics card, whose memory is not measured: no limit can be told."
        )
    if roof.reached is not None and roof.reached.per_pass > 1.05:
        return _("Speculation brought {n:.1f} tokens for each reading.").format(n=roof.reached.per_pass)
    if read.weights < CACHED_BYTES:
        return _("This model is so small that the processor's caches hold much of it: the roof says little.")
    return ""


def explained(read: Reading, roof: Roofline, replies: int, cores: float | None = None) -> str:
    """What was reached, and why it was not more; with a graphics card only that nothing can be told."""
    told = () if read.on_card else (attained(roof, replies), eaten(roof))
    return " ".join(part for part in (*told, others(cores), caveat(read, roof)) if part)


def sentence(read: Reading, roof: Roofline, replies: int, cores: float | None = None) -> str:
    """The same behind what would be possible."""
    first = "" if read.on_card else _("{possible}.").format(possible=possible(roof))
    return " ".join(filter(None, (first, explained(read, roof, replies, cores))))
