"""Writes an executable that stands in for a user's llama-server."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


def write_binary(folder: Path) -> Path:
    """A shell script named llama-server in the folder, which runs the stand-in with this interpreter."""
    script = Path(__file__).with_name("llama_server.py")
    binary = folder / "llama-server"
    binary.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(script))} "$@"\n')
    binary.chmod(0o755)
    return binary
