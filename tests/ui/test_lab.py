"""The Quant Lab in a real window: chosen, measured, stopped, offered again, sorted, drawn, and told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFileDialog

from fakes.lab_rows import FORMS, quality, whole_lab
from qwendesk.api.problem import Note, Problem
from qwendesk.chat.comparing.contestant import Contestant
from qwendesk.chat.comparing.differences import differences
from qwendesk.chat.talk import Choice
from qwendesk.lab.asked import Asked, Step
from qwendesk.lab.benchplan import Grid
from qwendesk.lab.running import Tell
from qwendesk.models.verifying import Stopped
from qwendesk.system.paths import Paths
from qwendesk.ui import labexamples
from qwendesk.ui.dialogs.differences import AnswerPage
from qwendesk.ui.dialogs.labdetail import LabDetail
from qwendesk.ui.dialogs.labform import LabForm
from qwendesk.ui.docks.lab import LabView
from qwendesk.ui.theme.style import theme
from ui.conftest import Opened

Opens = Callable[..., Opened]
LARGE = QSize(1180, 760)


class Work:
    """Stands in for what measures: it goes on until it is let go, or stopped."""

    def __init__(self) -> None:
        self.begun: list[Asked] = []
        self.go = threading.Event()
        self.outcome: tuple[Note, ...] | Exception = ()

    def __call__(self, asked: Asked, tell: Tell, stopped: Callable[[], bool]) -> tuple[Note, ...]:
        self.begun.append(asked)
        tell(Step(1, 2, "read", asked.models[0], "english", 0.25, 90.0))
        while not self.go.wait(0.01):
            if stopped():
                raise Stopped
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def opened(open_window: Opens) -> Opened:
    opened = open_window()
    opened.until_open()
    return opened


def lab(opened: Opened, *, large: bool = True) -> LabView:
    """The dock in front, once it has read what is there."""
    view, dock = opened.room.views.lab, opened.window.docks["lab"]
    dock.focus_body()
    if large:
        opened.room.measuring.show_large()
    opened.until(lambda: view.pages.shown != "Reading what was measured…" and not opened.window.slices.busy)
    return view


def with_rows(opened: Opened, *, large: bool = True) -> LabView:
    for row in whole_lab():
        opened.room.app.lab.book.keep(row)
    view = lab(opened, large=large)
    opened.until(lambda: view.report is not None)
    return view


def faked(opened: Opened, work: Work) -> None:
    opened.room.app.lab.queue._measure = work


def form(opened: Opened) -> LabForm:
    opened.qtbot.mouseClick(opened.room.views.lab.measure, Qt.MouseButton.LeftButton)
    found = opened.window.findChild(LabForm)
    assert found is not None
    opened.until(lambda: found.models.names)
    return found


def until_state(opened: Opened, state: str) -> None:
    opened.until(lambda: [one.state for one in opened.room.app.lab.queue.runs] == [state])
    opened.until(lambda: [one.state for one in opened.room.measuring._runs.values()] == [state])


def test_where_nothing_was_measured_it_says_what_to_do(opened: Opened) -> None:
    view = lab(opened)
    assert view.pages.shown == "Which quantization should you keep?"
    assert not view.save.isVisible()
    assert not view.advice.isVisible()
    assert view.measure.isVisible()


def test_models_and_texts_are_chosen(
    opened: Opened, work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab(opened)
    faked(opened, work)
    shown = form(opened)
    assert not shown.start.isEnabled()
    assert shown.texts.chosen == ("english",)
    shown.siblings.activated.emit(shown.siblings.findData("seedling"))
    assert set(shown.models.chosen) == {"seedling", "seedling:F16", "seedling:safetensors"}
    shown.reference.choose("seedling:F16")
    text = tmp_path / "mine.txt"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(text), ""))
    opened.qtbot.mouseClick(shown.file, Qt.MouseButton.LeftButton)
    shown.window_edit.set_value(256)
    assert not shown.fields.isVisible()
    shown.speed.setChecked(True)
    assert shown.fields.isVisible()
    assert shown.asked().grid == Grid()
    shown.fields.depths.setText("0, 4096")
    shown.fields.caches.setText("f16,q8_0/f16")
    shown.fields.threads.setText("2,many")
    opened.qtbot.mouseClick(shown.start, Qt.MouseButton.LeftButton)
    assert shown.problem.text() == "Threads: “many” is no whole number."
    assert shown.fields.threads.hasFocus()
    shown.fields.threads.setText("2")
    shown.again.setChecked(True)
    now = time.time()
    opened.qtbot.mouseClick(shown.start, Qt.MouseButton.LeftButton)
    opened.until(lambda: work.begun)
    (asked,) = work.begun
    assert set(asked.models) == {"seedling", "seedling:F16", "seedling:safetensors"}
    assert asked.texts == ("english", str(text))
    assert (asked.window, asked.reference) == (256, "seedling:F16")
    assert (asked.tasks, asked.speed) == ("", True)
    assert asked.grid == Grid(depths=(0, 4096), cache_types=("f16", "q8_0/f16"), threads=(2,))
    assert asked.since >= now
    assert not asked.force


def test_tasks_and_the_reference_can_be_files(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab(opened)
    shown = form(opened)
    assert shown.asked().tasks == ""
    shown.tasks.choose("built-in")
    assert shown.asked().tasks == "built-in"
    for field, name in ((shown.tasks, "mine.jsonl"), (shown.reference, "base.kld")):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        field.activated.emit(field.count() - 1)
        assert field.currentText() == name
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
        field.activated.emit(field.count() - 1)
    # The reference stays while other models are chosen.
    shown.models.choose(["seedling"])
    assert shown.asked().tasks == str(tmp_path / "mine.jsonl")
    assert shown.asked().reference == str(tmp_path / "base.kld")
    shown.reject()


def test_another_model_is_looked_up_before_it_is_added(opened: Opened) -> None:
    lab(opened)
    shown = form(opened)
    shown.other.setText("no-such-model")
    opened.qtbot.mouseClick(shown.add, Qt.MouseButton.LeftButton)
    opened.until(shown.problem.isVisible)
    assert "no-such-model" in shown.problem.text()
    shown.other.setText("seedling:Q8_0@llamaserver,cache_type_k=q8_0")
    opened.qtbot.mouseClick(shown.add, Qt.MouseButton.LeftButton)
    opened.until(lambda: not shown.problem.isVisible())
    assert shown.models.chosen == ("seedling@llamaserver,cache_type_k=q8_0",)
    assert shown.start.isEnabled()
    shown.reject()


def test_a_run_shows_how_far_it_is_and_is_stopped_and_gone_on_with(opened: Opened, work: Work) -> None:
    view = lab(opened)
    faked(opened, work)
    opened.room.measuring.begin(Asked(("seedling:F16", "seedling:Q8_0")))
    opened.until(lambda: view.queue.lines and view.queue.lines[1].left.isVisible())
    line = view.queue.lines[1]
    assert line.title.text() == "seedling:F16, seedling:Q8_0 · English"
    assert line.state.text() == "Step 1 of 2: seedling:F16 reads “English”"
    assert line.left.text() == "about 90 s left"
    assert line.bar.value() == 250
    opened.qtbot.mouseClick(line.stop, Qt.MouseButton.LeftButton)
    until_state(opened, "stopped")
    assert line.resume.isVisible()
    assert not line.stop.isVisible()
    work.go.set()
    opened.qtbot.mouseClick(line.resume, Qt.MouseButton.LeftButton)
    until_state(opened, "done")
    assert not view.queue.isVisible()


def test_what_could_not_be_measured_is_told_until_it_is_put_aside(opened: Opened, work: Work) -> None:
    view = lab(opened)
    faked(opened, work)
    work.go.set()
    work.outcome = Problem("text_unknown", name="gone.txt", known="english")
    opened.room.measuring.begin(Asked(("seedling:F16",)))
    until_state(opened, "failed")
    opened.until(lambda: view.queue.lines)
    assert "gone.txt" in view.queue.lines[1].state.text()
    opened.qtbot.mouseClick(view.queue.lines[1].forget, Qt.MouseButton.LeftButton)
    opened.until(lambda: not view.queue.isVisible())


def test_what_an_earlier_session_left_is_offered(open_window: Opens, paths: Paths) -> None:
    paths.home.mkdir(parents=True)
    paths.lab.write_text('[{"models":["seedling:Q8_0"],"texts":["english"]}]')
    opened = open_window()
    opened.until_open()
    view = lab(opened)
    opened.until(lambda: view.queue.lines)
    assert view.queue.lines[1].resume.isVisible()
    assert "Not finished" in view.queue.lines[1].state.text()


def test_rows_make_a_table_an_advice_and_two_charts(opened: Opened) -> None:
    view = with_rows(opened)
    assert view.table.labels == list(FORMS)
    assert view.advice.sentence.text().startswith("Keep Q5_K_M: 63 % of the drift budget")
    assert "38,400 tokens" in view.advice.more.text()
    drawn = {one.label for one in view.front.chart.points}
    assert drawn == set(FORMS) - {"BF16"}
    assert len(view.front.chart.spots) == len(drawn)
    assert "Q2_K: 0.163 nats" in view.front.chart.accessibleDescription()
    # These files are not here, so nobody can tell what context fits.
    assert view.context.pages.shown == "Nothing to draw yet"


def test_the_beaten_are_set_back_by_the_axis_that_is_chosen(opened: Opened) -> None:
    view = with_rows(opened)
    assert not view.front.chart.beaten
    view.front.axis.choose("speed")
    opened.until(lambda: view.front.chart.beaten)
    beaten = {one.label for one in view.front.chart.points if one.key in view.front.chart.beaten}
    assert beaten == {"IQ3_M"}
    assert "beaten by Q5_K_M" in view.front.chart.accessibleDescription()


def test_sorted_by_any_figure_with_the_mouse_or_a_key(opened: Opened) -> None:
    view = with_rows(opened)
    table = view.table
    titles = [
        table.results.headerData(at, Qt.Orientation.Horizontal) for at in range(table.results.columnCount())
    ]
    decode = titles.index("Decode, tok/s")
    table.selectionModel().setCurrentIndex(
        table.sorting.index(0, decode), table.selectionModel().SelectionFlag.NoUpdate
    )
    opened.qtbot.keyClick(table, Qt.Key.Key_S)
    assert table.labels == sorted(FORMS, key=lambda form: FORMS[form][3])
    opened.qtbot.keyClick(table, Qt.Key.Key_S)
    assert table.labels == sorted(FORMS, key=lambda form: -FORMS[form][3])
    table.sort_by(titles.index("Drift, nats"))
    assert table.labels == list(FORMS)  # the reference, which does not drift, first
    assert [one.label for one in table.chosen] == ["Q5_K_M"]


def test_points_are_reached_with_the_keyboard(opened: Opened) -> None:
    chart = with_rows(opened).front.chart
    opened.qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.hovered.startswith("Q2_K:")
    opened.qtbot.keyClick(chart, Qt.Key.Key_End)
    assert chart.hovered.startswith("Q8_0:")
    opened.qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.hovered == ""


def test_in_little_room_one_part_shows_and_the_advice_stays(opened: Opened) -> None:
    view = with_rows(opened, large=False)
    assert not view.is_large
    assert view.brief.isVisible()
    assert view.table.isVisible()
    assert not view.front.isVisible()
    view.part.choose("drift")
    assert view.front.isVisible()
    assert not view.table.isVisible()


def test_what_is_seldom_done_folds_into_a_menu(opened: Opened) -> None:
    view = with_rows(opened, large=False)
    assert view.more.isVisible()
    assert not view.details.isVisible()
    view.more.menu().aboutToShow.emit()
    acts = {one.text(): one for one in view.more.menu().actions()}
    assert list(acts) == ["Details…", "Answers side by side", "Quantize…", "Save report"]
    assert not acts["Answers side by side"].isEnabled()  # one is selected, and it takes two
    acts["Details…"].trigger()
    shown = opened.window.findChild(LabDetail)
    assert shown is not None
    shown.close()
    opened.room.measuring.show_large()
    opened.until(view.details.isVisible)
    assert not view.more.isVisible()


def test_as_many_runs_show_as_there_is_room_for(opened: Opened, work: Work) -> None:
    view = lab(opened)
    faked(opened, work)
    for name in ("a", "b", "c", "d", "e", "f"):
        opened.room.measuring.begin(Asked((name,)))
    opened.until(lambda: len(opened.room.measuring._runs) == 6)
    assert len(view.queue.lines) == 4
    assert view.queue._more.text() == "and 2 more"
    assert next(iter(view.queue.lines.values())).stop.isVisible()
    opened.window.docks["lab"].resize(QSize(700, 300))
    opened.until(lambda: len(view.queue.lines) == 1)
    work.go.set()
    opened.until(lambda: {one.state for one in opened.room.app.lab.queue.runs} == {"done"})


def test_what_cannot_be_read_says_why_and_is_tried_again(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = with_rows(opened)
    busy = Problem("store_busy", path="qwendesk.db")

    def fail() -> tuple[str, ...]:
        raise busy

    monkeypatch.setattr(opened.room.app.lab.findings, "bases", fail)
    opened.room.measuring.refresh()
    opened.until(lambda: "qwendesk.db" in view.pages.shown)
    assert not view.advice.isVisible()
    monkeypatch.undo()
    view.pages._button.click()
    opened.until(lambda: view.report is not None and not view.pages.shown)


def test_a_window_that_closes_leaves_the_run_to_go_on_with(opened: Opened, paths: Paths) -> None:
    lab(opened)
    asked = Asked(("seedling:F16", "seedling:Q8_0"), ("english", "chinese", "korean"), window=16)
    opened.room.measuring.begin(asked)
    runs = opened.room.measuring._runs
    opened.until(lambda: [one.step.stage for one in runs.values()] == ["read"])
    opened.controller.close()
    opened.until(lambda: opened.controller.background.closed)
    opened.until(lambda: not opened.controller.background.busy)
    assert '"seedling:F16"' in paths.lab.read_text(encoding="utf-8")


def test_charts_wear_another_theme(opened: Opened) -> None:
    chart = with_rows(opened).front.chart
    before = chart.grab().toImage()
    theme.choose("light")
    opened.until(lambda: not theme.switching)
    assert chart.grab().toImage() != before
    theme.choose("dark")
    opened.until(lambda: not theme.switching)


def test_seedling_is_measured_in_the_window(opened: Opened, tmp_path: Path) -> None:
    view = lab(opened)
    text = tmp_path / "sums.txt"
    text.write_text(" ".join(f"What is {at} + {at}? It is {2 * at}." for at in range(150)))
    opened.room.measuring.begin(Asked(("seedling:F16", "seedling:Q8_0"), (str(text),), window=128))
    opened.until(lambda: view.report is not None and len(view.report.table.lines) == 2)
    until_state(opened, "done")
    opened.until(lambda: view.advice.sentence.text().startswith("Keep "))
    assert view.table.labels == ["F16", "Q8_0"]
    assert view.context.chart.fitting is not None
    assert len(view.context.chart.spots) == 2
    assert "limit of this computer" in view.context.chart.limit_told


def test_details_are_told_text_by_text(opened: Opened) -> None:
    view = with_rows(opened)
    opened.qtbot.mouseClick(view.details, Qt.MouseButton.LeftButton)
    shown = opened.window.findChild(LabDetail)
    assert shown is not None
    assert shown.windowTitle() == "Qwen3-4B-Instruct-2507:Q5_K_M"
    by_text = shown.tables["Text by text"]
    assert by_text[0] == ["", "Chinese", "Code", "English"]
    assert [row[0] for row in by_text[1:]][:2] == ["Perplexity", "Bits per byte"]
    assert shown.tables["Tasks by kind"][0] == ["arithmetic", "format"]
    shown.close()


def test_a_failure_stands_in_the_details(opened: Opened) -> None:
    view = with_rows(opened)
    assert view.report is not None
    line = next(one for one in view.report.table.lines if one.label == "Q2_K")
    shown = opened.room.measuring.detail(view.report, line)
    assert "q2.gguf" in shown.tables["What could not be measured"][1][1]
    shown.deleteLater()


@pytest.mark.parametrize("form", ["html", "md", "csv", "json"])
def test_a_report_is_saved(
    form: str, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = with_rows(opened)
    target = tmp_path / f"report.{form}"
    monkeypatch.setattr(QFileDialog, "open", lambda dialog: dialog.fileSelected.emit(str(target)))
    view.save_requested.emit(form)
    opened.until(target.exists)
    opened.until(lambda: "report" in opened.window.notices.said("saved"))
    told = target.read_text(encoding="utf-8")
    assert "Q5_K_M" in told
    assert "A private answer" not in told
    assert "/home/ada" not in told


def test_models_that_are_gone_are_not_put_side_by_side(opened: Opened) -> None:
    view = with_rows(opened)
    view.table.selectAll()
    assert not view.answers.isEnabled()
    view.answers_requested.emit(view.table.chosen[:2])
    opened.until(lambda: "not here any more" in opened.window.notices.said("lab"))
    assert "BF16" in opened.window.notices.said("lab")


def test_answers_side_by_side_are_greedy_and_their_differences_marked(opened: Opened) -> None:
    app = opened.room.app
    for name in ("seedling:F16", "seedling:Q8_0@llamaserver,cache_type_k=q8_0"):
        app.lab.book.keep(quality(app.lab.entrants.subject(app.lab.entrants.of(name))))
    view = lab(opened)
    opened.until(lambda: len(view.table.labels) == 2)
    view.table.selectAll()
    opened.qtbot.mouseClick(view.answers, Qt.MouseButton.LeftButton)
    contest = opened.room.contesting
    opened.until(lambda: len(contest.comparison.contestants) == 2 and not opened.window.slices.busy)
    assert {one.settings.sampling.temperature for one in contest.comparison.contestants} == {0.0}
    options = {one.choice.model.path.name: dict(one.choice.options) for one in contest.comparison.contestants}
    assert options == {"seedling-f16.gguf": {}, "seedling-q8_0.gguf": {"cache_type_k": "q8_0"}}
    contest.comparison.ask("What is 23 + 45?")
    opened.until(lambda: not contest.comparison.busy)
    shown = contest.differences()
    base, other = shown.pages
    assert "68" in base.toPlainText()
    assert base.marked == []
    assert other.marked == differences(base.toPlainText(), other.toPlainText())
    shown.deleteLater()


def test_a_file_outside_the_library_stands_there_with_its_options_until_another_model_is_chosen(
    opened: Opened, seedling: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.gguf"
    outside.write_bytes(seedling.read_bytes())
    library, contest = opened.room.app.library, opened.room.contesting
    choices = [
        Choice(library.find(str(outside)), "llamaserver", {"threads": 1}),
        Choice(library.find("seedling:F16")),
    ]
    contest.show_greedy([Contestant(one.model.quantization, one) for one in choices])
    opened.until(lambda: len(contest.comparison.contestants) == 2 and not opened.window.slices.busy)
    assert [one.choice for one in contest.comparison.contestants] == choices
    first = next(iter(contest.dialog().columns.values())).form
    first.models.setCurrentIndex(0)
    opened.until(lambda: contest.comparison.contestants[0].choice != choices[0])
    assert not contest.comparison.contestants[0].choice.options


def test_another_answer_is_marked_in_the_text_where_it_differs(opened: Opened) -> None:
    page = AnswerPage("Q2_K", "🦆 swims on the river", "🦆 swims on the lake")
    opened.qtbot.addWidget(page)
    assert page.told == "Parts from the first one at word 5."
    cursor = page.textCursor()
    text = page.toPlainText()
    cursor.setPosition(len(text.encode("utf-16-le")) // 2)
    assert cursor.charFormat().fontUnderline()
    cursor.setPosition(3)
    assert not cursor.charFormat().fontUnderline()


def test_the_examples_of_the_pictures_are_shown(opened: Opened) -> None:
    view = opened.room.views.lab
    opened.window.docks["lab"].focus_body()
    labexamples.DOCKS["lab"][1](opened.room)
    opened.until(lambda: view.table.model().rowCount() > 1)
    labexamples.DOCKS["lab-error"][1](opened.room)
    opened.until(lambda: "Another QwenDesk" in view.pages.shown)
