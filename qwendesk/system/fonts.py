"""Which scripts the installed fonts can show, without Qt."""

from __future__ import annotations

import shutil
import subprocess
import sys

_PATIENCE_S = 5.0


def languages() -> frozenset[str] | None:
    """Languages (of zh, ja, ko) that some installed font covers; None where nobody tells.

    Linux: fontconfig's own tool. macOS and Windows come with fonts for all of them.
    """
    if sys.platform in ("darwin", "win32"):
        return frozenset({"zh", "ja", "ko"})
    tool = shutil.which("fc-list")
    if tool is None:
        return None
    try:
        told = subprocess.run(
            [tool, ":", "lang"], capture_output=True, text=True, timeout=_PATIENCE_S, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return covered(told)


def covered(listing: str) -> frozenset[str]:
    """Of lines like ":lang=ja|ko|zh-cn|zh-tw"."""
    found = set()
    for line in listing.splitlines():
        found |= {one.strip()[:2] for one in line.partition("lang=")[2].split("|")}
    return frozenset(found & {"zh", "ja", "ko"})
