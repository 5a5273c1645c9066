"""Whether the window can be tested here at all, said where skips are said."""

from __future__ import annotations

import pytest


def test_qt_can_be_imported() -> None:
    try:
        from PySide6 import QtWidgets
    except ImportError as error:
        pytest.skip(f"tests/ui is left out: Qt cannot be imported here ({error})")
    assert QtWidgets.QApplication
