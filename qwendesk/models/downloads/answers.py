"""What a server's answer to a range request means."""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime

from qwendesk.api.http import Stream
from qwendesk.api.problem import Problem
from qwendesk.system.exchange import host_of

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


def to_skip(stream: Stream, repo: str, path: str, size: int, start: int) -> int:
    """How many bytes of the body to pass over before the one that was asked for."""
    host = host_of(stream.url)
    if stream.status == 206:
        found = _RANGE.fullmatch(stream.headers.get("content-range", "").strip())
        if found is None or int(found[1]) != start:
            raise Problem("download_range_ignored", host=host, path=path)
        total = size if found[3] == "*" else int(found[3])
        skip = 0
    elif stream.status == 200:
        length = stream.headers.get("content-length", "")
        total = int(length) if length.isdigit() else size
        skip = start
    elif stream.status == 416:
        found_size = stream.headers.get("content-range", "").rpartition("/")[2]
        total = int(found_size) if found_size.isdigit() else -1
        if total == size:
            raise Problem("download_range_ignored", host=host, path=path)
        skip = 0
    else:
        raise refused(stream, host, repo)
    if total != size:
        raise Problem("download_size_wrong", host=host, path=path, size=total, expected=size)
    return skip


def refused(stream: Stream, host: str, repo: str) -> Problem:
    """What a status other than 200 and 206 means."""
    status = stream.status
    if stream.headers.get("x-error-code") == "GatedRepo":
        scheme = stream.url.partition("://")[0]
        return Problem("repo_gated", repo=repo, url=f"{scheme}://{host}/{repo}")
    if status in (401, 403):
        return Problem("hub_unauthorized", host=host, repo=repo)
    if status in (404, 410):
        return Problem("repo_missing", repo=repo, host=host)
    if status in (429, 503):
        return Problem("hub_busy", host=host, seconds=_retry_after(stream.headers.get("retry-after", "")))
    return Problem("hub_failed", host=host, status=status)


def _retry_after(header: str) -> float:
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return 0.0
