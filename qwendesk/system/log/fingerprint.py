"""What a log says of a text instead of the text: a keyed hash and the length."""

from __future__ import annotations

import hmac
import secrets

# A plain hash of a short prompt can be found by trying likely prompts. With a key that this process
# makes up and never writes down nobody can try; equal texts of one run still show as equal.
_KEY = secrets.token_bytes(32)
_SHOWN = 8


def fingerprint(text: str) -> str:
    """ "sha256:ab12cd34 (532 characters)": HMAC-SHA-256 with a random key of this run, its first 32 bits."""
    digest = hmac.digest(_KEY, text.encode("utf-8", "surrogatepass"), "sha256").hex()
    return f"sha256:{digest[:_SHOWN]} ({len(text)} characters)"
