"""What will be needed soon, imported before it is: nobody waits for an import.

What knows Qt is imported on the UI thread, one module after the other in slices: Qt's classes are made when
they are first named, and two threads must not name them at once. The rest is imported elsewhere.
"""

from __future__ import annotations

from importlib import import_module

from PySide6 import QtWidgets

from qwendesk.ui.slices import Work

ROOM = (
    "qwendesk.ui.dialogs.picker",
    "qwendesk.ui.widgets.pages",
    "qwendesk.ui.widgets.optionfields",
    "qwendesk.ui.lists.rowlist",
    "qwendesk.ui.docks.chats",
    "qwendesk.ui.docks.library",
    "qwendesk.ui.docks.run",
    "qwendesk.ui.recalling",
    "qwendesk.ui.inspecting",
    "qwendesk.ui.exporting",
    "qwendesk.ui.repeating",
    "qwendesk.ui.docks.discover",
    "qwendesk.ui.docks.monitor",
    "qwendesk.ui.docks.history",
    "qwendesk.ui.docks.health",
    "qwendesk.ui.docks.downloads",
    "qwendesk.ui.docks.engines",
    "qwendesk.ui.docks.network",
    "qwendesk.ui.docks.labtable",
    "qwendesk.ui.charts.spots",
    "qwendesk.ui.charts.front",
    "qwendesk.ui.charts.contexts",
    "qwendesk.ui.docks.labcharts",
    "qwendesk.ui.docks.lab",
    "qwendesk.ui.docks.details",
    "qwendesk.ui.docks.logtable",
    "qwendesk.ui.widgets.reader",
    "qwendesk.ui.docks.log",
    "qwendesk.ui.docks.views",
    "qwendesk.ui.conversing",
    "qwendesk.ui.pictures",
    "qwendesk.ui.dialogs.attached",
    "qwendesk.ui.attaching",
    "qwendesk.ui.adopting",
    "qwendesk.ui.doubling",
    "qwendesk.ui.curating",
    "qwendesk.ui.downloading",
    "qwendesk.ui.discovering",
    "qwendesk.ui.equipping",
    "qwendesk.ui.networking",
    "qwendesk.ui.monitoring",
    "qwendesk.ui.reviewing",
    "qwendesk.ui.dialogs.labform",
    "qwendesk.ui.dialogs.labdetail",
    "qwendesk.ui.measuring",
    "qwendesk.ui.chat.firstrun",
    "qwendesk.ui.dialogs.settings",
    "qwendesk.ui.configuring",
    "qwendesk.ui.dialogs.comparison",
    "qwendesk.ui.comparing",
    "qwendesk.ui.dialogs.lock",
    "qwendesk.ui.locking",
    "qwendesk.ui.dialogs.batch",
    "qwendesk.ui.batching",
    "qwendesk.words.comparing",
    "qwendesk.ui.contesting",
    "qwendesk.ui.dialogs.quantize",
    "qwendesk.ui.quantizing",
    "qwendesk.ui.dialogs.promptsheet",
    "qwendesk.ui.dialogs.assistant",
    "qwendesk.ui.shelving",
    "qwendesk.ui.assisting",
    "qwendesk.ui.chat.slashlist",
    "qwendesk.ui.slashing",
    "qwendesk.ui.reporting",
    "qwendesk.ui.welcoming",
    "qwendesk.ui.room",
)
UNLOCKING = ("qwendesk.words.problems", "qwendesk.ui.dialogs.frame", "qwendesk.ui.unlocking")
CONVERSATION = (
    "qwendesk.ui.chat.textview",
    "qwendesk.ui.chat.attached",
    "qwendesk.ui.chat.blocklist",
    "qwendesk.ui.chat.code",
    "qwendesk.ui.chat.table",
    "qwendesk.ui.chat.body",
    "qwendesk.ui.chat.reply",
    "qwendesk.ui.chat.transcript",
    "qwendesk.ui.dialogs.palette",
    "qwendesk.ui.dialogs.plugins",
    "qwendesk.ui.dialogs.about",
    "qwendesk.ui.dialogs.link",
    "qwendesk.ui.dialogs.contestantform",
    "qwendesk.ui.dialogs.sidebyside",
)


ENGINE_ROOM = (
    "qwendesk.models.template",
    "qwendesk.models.generationprompt",
    "qwendesk.models.downloads.runner",
    "qwendesk.runtimes.forecast",
    "qwendesk.runtimes.remedies",
    "qwendesk.chat.tools.builtin",
    "qwendesk.chat.exporting.export",
    "qwendesk.chat.importing.reading",
    "qwendesk.chat.prompts.shelf",
    "qwendesk.chat.comparing.comparison",
    "qwendesk.models.discovery",
    "qwendesk.lab.report.columns",
    "qwendesk.lab.tasks.reading",
    "qwendesk.lab.report.export",
    "qwendesk.lab.quality",
    "qwendesk.lab.findings",
    "qwendesk.monitor.live",
    "qwendesk.runtimes.engines.overview",
    "qwendesk.words.engines",
    "qwendesk.words.labreport",
    "qwendesk.words.labrun",
    "qwendesk.words.live",
    "qwendesk.words.problems",
    "qwendesk.words.roofline",
    "xml.etree.ElementTree",
    "filelock",
)
"""For the first look at library, queue and memory: threads that import slow each other and the window."""


def warming(modules: tuple[str, ...]) -> Work:
    """Import them here, those that others need first."""
    for name in modules:
        import_module(name)
        yield


def making_widgets() -> Work:
    """Every class of widgets: where Qt hands out a widget, PySide makes them all to find which one it is."""
    for name in dir(QtWidgets):
        getattr(QtWidgets, name)
        yield


def warm_elsewhere() -> None:
    """What knows no Qt: what reads markdown and code, and `ENGINE_ROOM`. Blocks; for a background thread."""
    from pygments.lexers import get_lexer_by_name

    from qwendesk.ui.chat.markdown import parse

    parse("A **paragraph** with `code`.\n")
    get_lexer_by_name("python")
    for name in ENGINE_ROOM:
        import_module(name)
