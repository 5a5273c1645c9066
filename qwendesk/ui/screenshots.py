"""`python -m qwendesk.ui.screenshots OUTDIR`: every view in both themes at two sizes, to look at.

The window is the real one; the conversation and the figures are examples, so that each state can be
shown without waiting for it. The dashboards are shown with what is measured, too, while Seedling answers.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QWENDESK_OFFLINE"] = "1"  # a picture is no reason for a request

from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from qwendesk.api.messages import Message
from qwendesk.api.problem import Problem
from qwendesk.api.reply import ReplyRequest
from qwendesk.app import App
from qwendesk.lab.asked import OVER, Asked
from qwendesk.lab.quantized import Wish
from qwendesk.models.bundled import seedling
from qwendesk.system.paths import Paths
from qwendesk.ui import (
    chatexamples,
    contestexamples,
    dialogexamples,
    engineexamples,
    examples,
    labexamples,
    logexamples,
    modelexamples,
    monitorexamples,
)
from qwendesk.ui.controller import Controller
from qwendesk.ui.dialogs.about import about
from qwendesk.ui.dialogs.link import link
from qwendesk.ui.dialogs.palette import palette
from qwendesk.ui.dialogs.picker import Picker
from qwendesk.ui.dialogs.plugins import plugins
from qwendesk.ui.dialogs.switcher import switcher
from qwendesk.ui.main import made
from qwendesk.ui.opening import Opened
from qwendesk.ui.quantizing import TYPES
from qwendesk.ui.room import Room
from qwendesk.ui.theme.style import FUSION, theme

SIZES = (QSize(1280, 800), QSize(1920, 1080))
NARROW = QSize(840, 720)
_MEASURED_S = 30.0
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Stage:
    """A window with its engine room, and where its pictures go."""

    controller: Controller
    room: Room
    folder: Path

    def settle(self, milliseconds: int = 120) -> None:
        """Let layouts, timers and paints happen."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def wait(self) -> None:
        """Until what is really there has been read: it would come after the examples."""
        self.settle(40)
        until = time.monotonic() + _MEASURED_S
        while self.room.background.busy and time.monotonic() < until:
            self.settle(20)

    def shoot(self, widget: QWidget, name: str) -> None:
        self.settle()
        widget.grab().save(str(self.folder / f"{name}.png"))
        print(f"{name}.png")


@contextmanager
def stage(folder: Path, theme_name: str, size: QSize) -> Iterator[Stage]:
    """A fresh window in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        paths = Paths(Path(home))
        application = QApplication.instance() or QApplication([*sys.argv[:1], *FUSION])
        controller = made(paths, application)
        theme.choose(theme_name)
        app = App(paths)
        window = controller.window
        window.painted.disconnect()
        window.resize(size)
        window.show()
        for _part in controller.furnish(Opened(app, None)):
            pass
        room = controller.room
        assert room is not None
        room.welcoming.leave()  # the examples have a first page of their own
        room.views.discover.blockSignals(True)  # the real catalogue would follow the examples
        room.views.discover.form.show_hubs(app.sources.hubs)
        examples.choose_model(room)
        controller.actions.refresh()
        ready = Stage(controller, room, folder)
        ready.settle(400)
        while theme.switching:
            ready.settle(50)
        window.layout_keeper.size()
        _wait_for_charts(ready)
        yield ready
        window.hide()
        room.close()
        app.close()
        controller.background.close()
        window.deleteLater()
        ready.settle(50)


def _wait_for_charts(on: Stage) -> None:
    """They are made when they are seen."""
    window, views = on.controller.window, on.room.views
    window.docks["history"].raise_()
    while views.history.chart is None:
        on.settle(50)
    window.docks["monitor"].raise_()
    while views.monitor.flow is None:
        on.settle(50)


def _show_examples(on: Stage) -> None:
    """What is measured here is no example, so it is not shown from now on."""
    on.room.app.sampler.close()
    on.settle()  # what it has told already arrives
    monitorexamples.DOCKS["monitor"][1](on.room)


def _measured(on: Stage, suffix: str) -> None:
    """The dashboards with what is real: Seedling answers for a while, in a worker, and is measured."""
    app, docks = on.room.app, on.controller.window.docks
    app.rooflines.bandwidth()  # else it is measured in a quiet moment, and there is none
    session = app.runtimes.open(seedling(), None)
    try:
        until = time.monotonic() + _MEASURED_S
        while time.monotonic() < until:
            if session.state.phase == "ready":
                session.stream(ReplyRequest((Message("user", "Tell me a long story."),)))[0].wait()
            on.settle(500)
        for name in ("history", "monitor"):
            docks[name].setFloating(True)
            docks[name].resize(QSize(1100, 640))
            on.settle(2_000)
            on.shoot(docks[name], f"measured-{name}-{suffix}")
            docks[name].setFloating(False)
    finally:
        session.close()
        session.join(10)


def _lab_measured(on: Stage, suffix: str) -> None:
    """The Quant Lab with what is real: four forms of Seedling on two texts, and how fast they are."""
    app, view = on.room.app, on.room.views.lab
    try:
        for type in ("Q4_K_M", "Q2_K"):
            app.lab.quantizing.quantize(app.lab.quantizing.plan(Wish("seedling", type)))
    except Problem as problem:
        print(f"Without llama.cpp's quantizing: {problem}")
        return
    on.room.measuring.show_large()
    names = ("seedling:F16", "seedling:Q8_0", "seedling:Q4_K_M", "seedling:Q2_K")
    on.room.measuring.begin(Asked(names, ("english", "mathematics"), tasks="built-in", speed=True))
    while not app.lab.queue.runs or app.lab.queue.runs[-1].state not in OVER:
        on.settle(200)
        if app.lab.queue.runs and app.lab.queue.runs[-1].step.fraction > _HALF:
            on.shoot(on.controller.window.docks["lab"], f"measured-lab-running-{suffix}")
            break
    while app.lab.queue.runs[-1].state not in OVER:
        on.settle(200)
    on.settle(1_000)
    on.shoot(on.controller.window.docks["lab"], f"measured-lab-{suffix}")
    view.front.axis.choose("speed")
    on.settle(500)
    on.shoot(on.controller.window.docks["lab"], f"measured-lab-speed-{suffix}")
    view.front.axis.choose("size")
    if view.report is not None:
        detail = on.room.measuring.detail(view.report, view.report.table.lines[-1])
        detail.show()
        on.shoot(detail, f"measured-lab-details-{suffix}")
        detail.close()
    on.controller.window.docks["lab"].setFloating(False)


def _windows(on: Stage, suffix: str) -> None:
    window = on.controller.window
    window.docks["monitor"].raise_()  # as a new user finds it
    for name, show in (
        *modelexamples.STATES.items(),
        *examples.STATES.items(),
        *chatexamples.STATES.items(),
    ):
        show(on.room)
        on.shoot(window, f"window-{name}-{suffix}")
        if name in modelexamples.STATES:
            window.chat.set_first_page(None)
    _with_docks(on, suffix)


def _with_docks(on: Stage, suffix: str) -> None:
    """The whole window with each pair of docks about models in front."""
    window = on.controller.window
    examples.STATES["full"](on.room)
    for left, below in (("library", "downloads"), ("discover", "network")):
        for name in (left, below):
            modelexamples.DOCKS[name][1](on.room)
            window.docks[name].raise_()
        on.shoot(window, f"window-{left}-{below}-{suffix}")
    modelexamples.DOCKS["discover-model"][1](on.room)
    on.shoot(window, f"window-discover-model-{suffix}")
    on.room.views.discover.show_list()
    for name in ("library", "health"):
        window.docks[name].raise_()


def _narrow(on: Stage, suffix: str) -> None:
    examples.STATES["full"](on.room)
    on.controller.window.resize(NARROW)
    on.shoot(on.controller.window, f"window-narrow-{suffix}")


def _docks(on: Stage, suffix: str) -> None:
    examples.STATES["full"](on.room)
    docks = examples.DOCKS | modelexamples.DOCKS | chatexamples.DOCKS | logexamples.DOCKS
    for name, (dock, show) in (
        docks | monitorexamples.DOCKS | engineexamples.DOCKS | labexamples.DOCKS
    ).items():
        body = on.controller.window.docks[dock]
        body.show()
        body.raise_()
        on.wait()
        show(on.room)
        on.shoot(body, f"dock-{name}-{suffix}")
    _large(on, suffix)


def _large(on: Stage, suffix: str) -> None:
    """Discover, Monitor and Quant Lab as windows of their own."""
    monitor = on.controller.window.docks["monitor"]
    monitor.setFloating(True)
    for name, size in (("large", QSize(1100, 640)), ("tall", QSize(480, 900))):
        monitor.resize(size)
        monitorexamples.DOCKS["monitor"][1](on.room)
        on.shoot(monitor, f"{name}-monitor-{suffix}")
    monitor.setFloating(False)
    on.room.measuring.show_large()
    for name in ("lab", "lab-running"):
        labexamples.DOCKS[name][1](on.room)
        on.shoot(on.controller.window.docks["lab"], f"large-{name}-{suffix}")
    on.controller.window.docks["lab"].setFloating(False)
    dock = on.controller.window.docks["discover"]
    modelexamples.DOCKS["discover-model"][1](on.room)
    on.room.discovering.show_large()
    on.shoot(dock, f"large-discover-{suffix}")
    dock.setFloating(False)
    on.room.views.discover.show_list()


def _dialogs(on: Stage, suffix: str) -> None:
    window, room = on.controller.window, on.room
    made: dict[str, Callable[[], QWidget]] = {
        "palette": lambda: palette(on.controller.actions, window),
        "switcher": lambda: switcher(room.running.models, room.running.switch, window),
        "about": lambda: about(on.controller.paths, window),
        "plugins": lambda: plugins(room.app.plugins.reports(), window),
        "comparison": room.comparing.dialog,
        "batch": room.batching.dialog,
        "measure": room.measuring.form,
        "measure-speed": lambda: labexamples.measure_speed(room),
        "quantize": lambda: _planned(on),
        "side-by-side": lambda: contestexamples.side_by_side(room),
        "assistant": room.assisting.dialog,
        "settings": room.configuring.dialog,
        "report": lambda: logexamples.report(room),
        "report-building": lambda: logexamples.report_building(room),
        "link": lambda: link("https://example.org/median?of=stream", window),
        "link-refused": lambda: link("file:///etc/passwd", window),
        **dialogexamples.dialogs(room, window),
    }
    for name, make in made.items():
        dialog = make()
        if isinstance(dialog, Picker):
            dialog.open_over(window)
        else:
            dialog.show()
        on.shoot(dialog, f"dialog-{name}-{suffix}")
        dialog.close()


def _planned(on: Stage) -> QWidget:
    """With the sizes that Seedling would have."""
    dialog = on.room.quantizing.dialog()
    dialog.types.choose(["Q4_K_M"])
    until = time.monotonic() + _MEASURED_S
    while len(dialog.plans) < len(TYPES) and time.monotonic() < until:
        on.settle()
    return dialog


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    for theme_name in ("dark", "light"):
        for size in SIZES:
            suffix = f"{theme_name}-{size.width()}"
            with stage(folder, theme_name, size) as on:
                if size == SIZES[0]:
                    _measured(on, suffix)
                    _lab_measured(on, suffix)
                _show_examples(on)
                _windows(on, suffix)
                _docks(on, suffix)
                _dialogs(on, suffix)
                if size == SIZES[0]:
                    _narrow(on, suffix)
    return 0


if __name__ == "__main__":
    sys.exit(main())
