"""The hosts that uv asks, as it says itself: of indexes, of files, and where those send it on to."""

from __future__ import annotations

import re

from qwendesk.system.exchange import host_of

LOUD = {"RUST_LOG": "uv_client=debug"}
"""uv's variables that make it say each request."""
_SENDING = re.compile(r"DEBUG (?:Sending .*request for: |Received .*Redirecting to `)(https?://[^\s`]+)")


def host_in(line: str) -> str:
    """The host of the request that this line of uv's tells of; empty where it tells of none."""
    found = _SENDING.search(line)
    return host_of(found.group(1)) if found is not None else ""
