"""Where the release is; its recipe is imported from there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

RELEASE = Path(__file__).parents[2] / "resources" / "seedling"
sys.path.insert(0, str(RELEASE))


@pytest.fixture
def release() -> Path:
    return RELEASE
