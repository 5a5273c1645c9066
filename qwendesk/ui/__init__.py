"""The window: all of PySide6."""

from qwendesk.ui.immortal import keep_constants

keep_constants()
