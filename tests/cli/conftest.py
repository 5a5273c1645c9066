"""The command line as a process of its own, with a fresh home."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def qwendesk(tmp_path: Path) -> Run:
    """Runs `qwendesk ARGUMENTS...` without a display; keyword arguments go to subprocess.run."""

    def run(*arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        environment |= {"QWENDESK_HOME": str(tmp_path / "home"), "QT_QPA_PLATFORM": "", "PYTHONUTF8": "1"}
        settings.setdefault("input", "")
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            [sys.executable, "-m", "qwendesk", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment,
            timeout=110,
            check=False,
            **settings,
        )

    return run
