"""Monitor and History: made when they are seen, drawn while they are, and all that they say in words, too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from qwendesk.api.problem import Problem
from qwendesk.monitor.live import Line, Live
from qwendesk.monitor.past import LAST
from qwendesk.monitor.sample import Sample, SampleTaken
from qwendesk.monitor.strip import Latencies
from qwendesk.system.paths import Paths
from qwendesk.ui import monitorexamples as examples
from qwendesk.ui.cards.card import Card
from qwendesk.ui.cards.flow import ROWS_FROM, grid, line
from qwendesk.ui.docks.monitor import MonitorView
from qwendesk.ui.saving import Saving
from qwendesk.ui.theme.style import colours, theme

from .conftest import Opened

Opens = Callable[..., Opened]
START = 1_800_000_000.0


@pytest.fixture
def view(qtbot: QtBot, dressed: QApplication) -> MonitorView:
    """A Monitor with its cards, low as in its dock."""
    made = MonitorView()
    qtbot.addWidget(made)
    made.resize(900, 170)
    made.show()
    for _part in made.filling():
        pass
    return made


def recorded(seconds: int = 90, change: Callable[[Sample], Sample] = lambda one: one) -> Live:
    live = Live()
    found = examples.samples(START)
    for _second in range(seconds):
        live.add(change(next(found)))
    live.replied(examples.reply())
    return live


def show(view: MonitorView, live: Live, problem: Problem | None = None) -> None:
    for _part in view.drawing(live, examples.expected(), problem):
        pass


def card(view: MonitorView, title: str) -> Card:
    assert view.flow is not None
    return next(one for one in view.flow.cards if one.title == title)


def child(parent: QWidget, name: str) -> QWidget:
    """What is called so, by those who only hear it."""
    return next(one for one in parent.findChildren(QWidget) if one.accessibleName() == name)


def test_the_generation_card_says_how_fast_and_shows_every_token(view: MonitorView) -> None:
    show(view, recorded(85))  # in the middle of the third reply
    generation = card(view, "Generation")
    assert generation.figure.text().startswith("5")
    assert (generation.unit.text(), generation.side.text()) == ("tok/s", "TTFT 0.31 s")
    assert "between 0.0 tok/s and 5" in child(generation, "Generation speed").accessibleDescription()
    assert "ms per token" in child(generation, "Time of each token").accessibleDescription()
    show(view, recorded(78))  # between two replies
    assert generation.figure.text() == "52.1"
    assert "last" in generation.unit.text()


def test_the_memory_card_has_estimate_and_measurement_on_one_scale(view: MonitorView) -> None:
    show(view, recorded())
    memory = card(view, "Memory")
    assert (memory.figure.text(), memory.side.text()) == ("3.3 GB", "peak 3.4 GB")
    told = child(memory, "Estimate, in parts").accessibleDescription()
    assert told == "Estimate: weights 2.5 GB · KV 604.0 MB · compute 216.0 MB · other 64.0 MB"
    assert child(memory, "Measured").accessibleDescription() == "Measured: 3.3 GB"


def test_the_roofline_card_says_what_eats_the_rest(view: MonitorView) -> None:
    show(view, recorded())
    roof = card(view, "Roofline")
    assert roof.figure.text() == "82 %"
    assert child(roof, "Time of a token").accessibleDescription().startswith("Reading weights 15.0 ms")
    gone = Problem("model_unreadable", path="m.gguf", detail="gone")
    show(view, recorded(), gone)
    assert "m.gguf" in roof.hint.text()


def test_without_a_model_each_card_says_what_to_do(view: MonitorView, qtbot: QtBot) -> None:
    show(view, recorded(change=lambda one: replace(one, workers=())))
    live = Live()
    live.add(replace(next(examples.samples(START)), workers=()))
    show(view, live)
    for title in ("Generation", "Memory", "Roofline"):
        assert card(view, title).hint.text().startswith("Load a model to see")
    assert card(view, "Processor").figure.text().endswith("%")
    with qtbot.waitSignal(view.load_requested):
        child(view, "Load the model").click()  # type: ignore[attr-defined]


class Watch(QObject):
    """What happens to cards, in order: who was resized, who was painted."""

    def __init__(self, cards: Sequence[Card]) -> None:
        super().__init__()
        self.told: list[tuple[str, Card]] = []
        for one in cards:
            one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Paint):
            assert isinstance(watched, Card)
            self.told.append((event.type().name, watched))
        return False


def test_in_a_window_made_large_each_card_is_painted_before_the_next_one_grows(
    view: MonitorView, qtbot: QtBot
) -> None:
    show(view, recorded())
    flow = view.flow
    assert flow is not None
    QApplication.processEvents()
    watch = Watch(flow.cards)
    view.resize(1200, 800)
    places = grid(4, flow.viewport().width(), flow.viewport().height())
    qtbot.waitUntil(lambda: [one.geometry() for one in flow.cards] == places)
    resized = [at for at, (what, _card) in enumerate(watch.told) if what == "Resize"]
    assert [watch.told[at][1] for at in resized] == flow.cards
    for before, after in pairwise(resized):
        assert ("Paint", watch.told[before][1]) in watch.told[before:after]


def test_cards_of_graphics_cards_come_and_go_with_them(view: MonitorView) -> None:
    assert view.flow is not None
    show(view, recorded(change=examples.with_card))
    assert [one.title for one in view.flow.cards][3] == "GeForce RTX 4060"
    show(view, recorded())
    assert [one.title for one in view.flow.cards] == ["Generation", "Memory", "Processor", "Roofline"]


def test_paused_it_keeps_what_it_shows(view: MonitorView) -> None:
    show(view, recorded(78))
    before = card(view, "Memory").figure.text()
    view.pause.click()
    show(view, recorded(change=lambda one: replace(one, workers=(replace(one.workers[0], memory=5),))))
    assert card(view, "Memory").figure.text() == before
    assert view.pause.text() == "Go on"
    view.pause.click()
    show(view, recorded(change=lambda one: replace(one, workers=(replace(one.workers[0], memory=5),))))
    assert card(view, "Memory").figure.text() == "5 B"


def test_another_range_shows_more_of_the_past(view: MonitorView, qtbot: QtBot) -> None:
    live = recorded(1200)
    show(view, live)
    chart = card(view, "Memory").chart  # type: ignore[attr-defined]
    assert len(chart.lines[0].ages) == 61
    with qtbot.waitSignal(view.changed):
        view.range.choose(900)
    show(view, live)
    assert chart.lines[0].ages[0] <= -890
    assert view.range.accessibleName() == "Shown: Last 15 minutes"


def test_a_chart_tells_values_where_one_points(view: MonitorView) -> None:
    show(view, recorded())
    chart = card(view, "Memory").chart  # type: ignore[attr-defined]
    assert chart.hovered == ""
    QTest.mouseMove(chart, QPoint(chart.width() - 2, 10))
    assert chart.hovered == "3.3 GB · now"
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.hovered == "3.3 GB · 1 s ago"
    QTest.keyClick(chart, Qt.Key.Key_Home)
    assert chart.hovered == "3.3 GB · 1 min 00 s ago"
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.hovered == ""
    strip = child(view, "Time of each token")
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert " ms" in strip.hovered  # type: ignore[attr-defined]


def test_slow_tokens_are_marked(view: MonitorView) -> None:
    strip = card(view, "Generation").strip  # type: ignore[attr-defined]
    strip.show_latencies(Latencies((0.02, 0.02, 0.09, 0.02)))
    QTest.keyClick(strip, Qt.Key.Key_Left)
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert strip.hovered == "token 3: 90.0 ms, slow"
    image = strip.grab().toImage()
    found = {image.pixelColor(x, image.height() - 3).name() for x in range(12)}
    assert {colours().warn, colours().accent} <= found


def test_charts_wear_the_theme(view: MonitorView, dressed: QApplication) -> None:
    show(view, recorded())
    chart = card(view, "Memory").chart  # type: ignore[attr-defined]
    before = chart.grab().toImage().pixelColor(2, 2).name()
    theme.apply(dressed, "light")
    try:
        view.setPalette(dressed.palette())
        theme.changed.emit()
        assert before == "#23272f"
        assert chart.grab().toImage().pixelColor(2, 2).name() == colours().raised == "#ffffff"
    finally:
        theme.apply(dressed, "dark")
        theme.changed.emit()


def test_cards_use_the_room_there_is() -> None:
    cards = [(164, 4), (168, 5), (120, 3), (208, 6)]
    low = line(cards, 900, 120)
    assert low[-1].right() + 1 <= 900
    assert low[-1].right() + 1 >= 895
    assert [one.width() for one in line(cards, 300, 120)] == [least for least, _weight in cards]
    tall = grid(4, 1000, 600)
    assert {one.y() for one in tall} == {0, tall[-1].y()}
    assert max(one.right() for one in tall) < 1000
    assert [one.x() for one in grid(4, 320, 900)] == [0, 0, 0, 0]
    wide = grid(5, 1000, 600)
    assert wide[-1].width() > wide[0].width()
    assert ROWS_FROM > 196


SCRIPT = """
import linecache, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from qwendesk.system.paths import Paths
from qwendesk.ui.main import run
def started(controller):
    timer = QTimer(controller, interval=20)
    def look():
        room = controller.room
        if room is not None and room.views.monitor.flow is not None:
            print(int(not room.views.monitor.visibleRegion().isEmpty()), len(linecache.cache))
            print(*sys.modules)
            timer.stop()
            controller.quit()
    timer.timeout.connect(look)
    timer.start()
sys.exit(run(Paths(Path(sys.argv[1])), started))
"""


HEAVY = {"numpy", "regex", "zoneinfo", "tinytag"}
FEW = 60


def test_what_the_window_shows_at_the_start_keeps_memory_low(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=100,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, modules = done.stdout.splitlines()
    is_seen, sources = map(int, first.split())
    assert is_seen
    assert sources <= FEW  # Python keeps the source of files that somebody looked at
    assert not HEAVY & set(modules.split())


def know_bandwidth(cache: Path) -> None:
    """As if it had been measured: nothing waits until this computer is quiet."""
    cache.mkdir(parents=True)
    machine = [psutil.virtual_memory().total, psutil.cpu_count(logical=False)]
    told = json.dumps({"machine": machine, "bytes_per_s": 20e9})
    (cache / "bandwidth.json").write_text(told, encoding="utf-8")


def test_the_sampler_is_watched_while_the_dock_is_seen(
    open_window: Opens, scripted: Callable[..., list], paths: Paths
) -> None:  # type: ignore[type-arg]
    know_bandwidth(paths.cache)
    opened = open_window(scripted())
    opened.window.docks["log"].raise_()
    opened.until_ready()
    watchers = opened.room.app.sampler
    assert watchers._watchers == 0
    assert opened.room.views.monitor.flow is None
    opened.window.docks["monitor"].focus_body()
    opened.until(lambda: opened.room.views.monitor.flow is not None)
    assert watchers._watchers == 1
    opened.ask("one two three")
    opened.until(lambda: card(opened.room.views.monitor, "Roofline").figure.text() != "–")
    opened.until(lambda: opened.room.monitoring.live.latencies.gaps)
    assert opened.room.views.monitor.about.text().startswith("Seedling")
    opened.window.docks["log"].raise_()
    opened.until(lambda: watchers._watchers == 0)
    memory, before = (
        card(opened.room.views.monitor, "Memory"),
        len(opened.room.monitoring.live.line("memory", 60).ages),
    )
    drawn = memory.chart.lines[0].ages  # type: ignore[attr-defined]
    opened.room.app.bus.publish(SampleTaken(replace(opened.room.monitoring.live.sample, at=time.time())))
    opened.until(lambda: len(opened.room.monitoring.live.line("memory", 60).ages) > before)
    assert memory.chart.lines[0].ages == drawn  # type: ignore[attr-defined]
    opened.window.docks["monitor"].setFloating(True)
    opened.until(lambda: watchers._watchers == 1)
    opened.window.docks["monitor"].hide()
    opened.until(lambda: watchers._watchers == 0)


def test_the_history_compares_models_and_follows_figure_and_time(
    open_window: Opens,
    scripted: Callable[..., list],  # type: ignore[type-arg]
) -> None:
    opened = open_window(scripted())
    opened.window.docks["log"].raise_()
    opened.until_ready()
    view = opened.room.views.history
    opened.window.docks["history"].focus_body()
    opened.until(lambda: view.chart is not None and view.pages.shown == "No reply was recorded yet")
    examples.DOCKS["history"][1](opened.room)
    opened.until(lambda: view.table.averages.rowCount() == 3 and view.chart.lines)
    assert view.table.averages.data(view.table.averages.index(0, 1)).startswith("cache_type_k=")
    assert view.table.averages.headerData(2, Qt.Orientation.Horizontal) == f"Last {LAST}, tok/s"
    points = len(view.chart.lines[0].ages)
    view.figure.choose("ttft_s")
    opened.until(
        lambda: (
            view.chart.accessibleName() == "Time to first token" and len(view.chart.lines[0].ages) == points
        )
    )
    view.range.choose(3600.0)
    opened.until(lambda: len(view.chart.lines[0].ages) < points)
    assert "between" in view.chart.accessibleDescription()
    view.figure.choose("acceptance")
    opened.until(lambda: view.course.shown == "Nothing in this time")


def test_the_table_and_the_picture_are_saved_without_blocking(
    open_window: Opens,
    scripted: Callable[..., list],
    tmp_path: Path,  # type: ignore[type-arg]
) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    view = opened.room.views.monitor
    opened.until(lambda: view.flow is not None)
    opened.until(lambda: opened.room.monitoring.live.sample is not None)
    for ask, name in ((view.values, "monitor.csv"), (view.picture, "monitor.png")):
        ask.click()
        dialog = opened.window.findChild(QFileDialog)
        assert dialog is not None
        dialog.fileSelected.emit(str(tmp_path / name))
        dialog.done(0)
        opened.until(lambda name=name: (tmp_path / name).is_file())
        opened.until(lambda: opened.window.findChild(QFileDialog) is None)
    assert (tmp_path / "monitor.csv").read_text(encoding="utf-8").startswith("time,seconds,")
    image = QImage(str(tmp_path / "monitor.png"))
    assert image.width() >= view.flow.page.width()
    assert image.pixelColor(0, 0).name() == colours().panel


def test_a_file_that_cannot_be_written_is_a_sentence(
    open_window: Opens, scripted: Callable[..., list], tmp_path: Path
) -> None:  # type: ignore[type-arg]
    opened = open_window(scripted())
    opened.until_ready()
    from qwendesk.ui.saving import _write_values

    saving = Saving(opened.window, opened.controller.background, opened.window.notices)
    saving.write(tmp_path / "nowhere" / "x.csv", lambda path: _write_values("a", path))
    opened.until(lambda: "saved" in opened.window.notices.topics)


def test_lines_with_gaps_are_read_at_the_nearest_value(view: MonitorView) -> None:
    chart = card(view, "Memory").chart  # type: ignore[attr-defined]
    nan = float("nan")
    chart.show_span([Line((-50.0, -30.0, -30.0, -2.0), (1e9, 2e9, nan, 4e9))], 60)
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert chart.hovered.startswith("4.0 GB")
    QTest.keyClick(chart, Qt.Key.Key_Home)
    assert chart.hovered.startswith("1.0 GB")
    chart.show_span([Line()], 60)
    assert chart.hovered == ""
