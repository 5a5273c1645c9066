"""About QwenDesk: version, licence, where it keeps its state."""

from __future__ import annotations

import importlib.metadata
import platform

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QWidget

from qwendesk.system.paths import Paths
from qwendesk.ui.dialogs.frame import Dialog
from qwendesk.words import _


def about(paths: Paths, parent: QWidget) -> Dialog:
    """The dialog, not yet shown."""
    dialog = Dialog(_("QwenDesk {version}").format(version=_version()), parent)
    dialog.add_text(_("Run Qwen models on this computer. Nothing leaves it unless you ask for it."))
    dialog.add_text(_("Licensed under Apache 2.0."), "dim")
    built = _("Python {python}, Qt {qt}, {system} {machine}").format(
        python=platform.python_version(), qt=qVersion(), system=platform.system(), machine=platform.machine()
    )
    dialog.add_text(built, "dim")
    dialog.add_text(_("Settings, models and layout are kept in {home}").format(home=paths.home), "dim")
    dialog.add_buttons(dialog.close_button(_("Close")))
    return dialog


def _version() -> str:
    try:
        return importlib.metadata.version("qwendesk")
    except importlib.metadata.PackageNotFoundError:
        return ""
