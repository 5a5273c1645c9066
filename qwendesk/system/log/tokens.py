"""Tokens, keys and passwords in a line of text, by their shape; and those that are known to the letter."""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "<token>"
_LEAST = 6
"""A known secret shorter than this would be found in innocent words."""

_VALUE = r"""(?!<token>)[^\s"',;&}]+"""
_SCHEME = r"(?:(?:bearer|basic|token)\s+)?+"
# What stands in a group is kept: it says what the secret was for.
_SHAPES = re.compile(
    "|".join(
        (
            # A header, in a dict or in JSON, too.
            rf"""((?i:\b(?:proxy-)?authorization["']?\s*[:=]\s*["']?{_SCHEME})){_VALUE}""",
            rf"((?i:\b(?:bearer|basic)\s+))(?=\S*[\d_.=-]){_VALUE}",
            # The name tells: api_key=…, "token": "…", password: …; a token's number in a vocabulary is none.
            r"((?i:(?<![^\W_])(?:api[_-]?key|access[_-]?key|(?:access|auth|refresh|id)?[_-]?token|secret"
            rf"""|passw(?:or)?d|passphrase|signature|credential)["']?\s*[:=]\s*["']?{_SCHEME}))"""
            rf"(?!(?:None|null|[Tt]rue|[Ff]alse|\d{{1,6}})\b){_VALUE}",
            r"((?i:\b[a-z][a-z0-9+.-]{0,20}://)[^\s/@:]*:)(?!<token>@)[^\s/@]+(?=@)",
            # Hubs, forges and clouds.
            r"\bhf_[A-Za-z0-9]{8,}",
            r"\bapi_org_[A-Za-z0-9]{8,}",
            r"\bms-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            r"\bsk-[A-Za-z0-9_-]{16,}",
            r"\b(?:gh[pousr]|glpat|github_pat)[_-][A-Za-z0-9_-]{16,}",
            r"\bxox[abposr]-[A-Za-z0-9-]{8,}",
            r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
            r"\bAIza[A-Za-z0-9_-]{30,}",
            r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*",
            # The key of an engine's own port.
            r"\bqwendesk-key-[A-Za-z0-9_-]+",
            # Long and drawn by lot, as it seems: all three kinds of characters without a break.
            r"(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=[a-z0-9]*[A-Z])(?=[A-Z0-9]*[a-z])[A-Za-z0-9]{32,}",
        )
    )
)


def hide_tokens(text: str, known: Iterable[str] = ()) -> str:
    """The text with `<token>` where a secret was. `known` are secrets to find whatever they look like."""
    for secret in sorted(known, key=len, reverse=True):
        if len(secret) >= _LEAST and secret not in HIDDEN:
            text = text.replace(secret, HIDDEN)
    return _SHAPES.sub(lambda found: "".join(one for one in found.groups() if one) + HIDDEN, text)
