"""The health dock: quick checks at the start, all on demand, fixes with progress and a way out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from qwendesk.api.health import CheckContext, CheckResult, Fix, HealthCheck
from qwendesk.api.problem import Note, Problem
from qwendesk.models.verifying import Stopped
from qwendesk.monitor.health import Checked
from qwendesk.ui.docks.health import HealthView
from qwendesk.ui.docks.healthcard import HealthCard

Opens = Callable[..., Any]
Scripts = Callable[..., Any]


def checked(id: str, status: Any = "ok", fix: Fix | None = None) -> Checked:
    return Checked(
        id, "Is it fine?", CheckResult(status, Note("store_whole"), subject=id.partition(".")[2], fix=fix)
    )


def cards(view: HealthView) -> list[HealthCard]:
    return [one for one in view.findChildren(HealthCard) if not one.isHidden()]


def test_what_is_wrong_stands_first_and_goes_once_it_is_well(qtbot: QtBot) -> None:
    view = HealthView()
    qtbot.addWidget(view)
    view.show()
    view.begin()
    view.add(checked("a"))
    view.add(checked("b", "warn"))
    view.add(checked("c.x", "fail"))
    view.end()
    qtbot.waitUntil(lambda: len(cards(view)) == 2)
    first, second = sorted(cards(view), key=lambda one: one.y())
    assert (first.checked.id, second.checked.id) == ("c.x", "b")
    assert "1 check passed" in view._summary.text()
    assert "Unhealthy" in view._state.text()
    view.replace(("c",), [checked("c")])
    assert [one.checked.id for one in cards(view)] == ["b"]
    assert "Degraded" in view._state.text()
    view.begin()
    view.add(checked("b"))
    view.end()
    assert [one.id for one in view.results] == ["b"], "what a whole run did not bring is no more"
    view.begin()
    view.add(checked("n", "fail"))
    view.end(whole=False)
    assert len(view.results) == 2, "a partial run leaves the rest alone"


def test_every_part_has_a_name(qtbot: QtBot) -> None:
    view = HealthView()
    qtbot.addWidget(view)
    fix = Fix("Mend it", lambda _context: Note("store_whole"))
    view.show()
    view.add(checked("c.x", "fail", fix))
    qtbot.waitUntil(lambda: bool(cards(view)))
    (card,) = cards(view)
    assert card.accessibleName().startswith("Is it fine? · x. Failed.")
    assert card.fix is not None
    assert card.fix.accessibleName() == "Mend it"


def instead(opened: Any, *checks: HealthCheck) -> None:
    """The window's checks are these."""
    opened.room.app.health._checks = checks


def test_quick_checks_run_by_themselves(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    opened.room.checking.run_fast()
    opened.until(lambda: not opened.room.checking.running)
    assert opened.window.status.health.text() == "✓ Healthy"
    opened.window.status.health.click()
    assert opened.room.views.health.isVisible()
    assert len(opened.room.views.health.results) > 8
    assert not any(one.id.startswith("seedling") for one in opened.room.views.health.results)


def test_the_loaded_model_is_judged_after_a_reply(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    opened.room.app.settings.set("health.slowest_reply_s", 0.1)
    opened.room.checking.run_fast()
    opened.until(lambda: not opened.room.checking.running)
    opened.ask("hello")
    judged = ("reply_soon", "reply_late")
    opened.until(lambda: any(one.result.sentence.id in judged for one in opened.room.views.health.results))


def test_a_fix_shows_how_far_it_is_and_its_outcome(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    go, mended = threading.Event(), threading.Event()

    def act(context: CheckContext) -> Note:
        context.tell(1, 4)
        assert go.wait(30)
        mended.set()
        return Note("store_opened", {"path": "/x"})

    def run(_context: CheckContext) -> CheckResult:
        if mended.is_set():
            return CheckResult("ok", Note("store_readable"))
        return CheckResult("fail", Note("store_readable"), fix=Fix("Mend it", act))

    instead(opened, HealthCheck("x", "Is it fine?", run, "fast"))
    checking, view = opened.room.checking, opened.room.views.health
    checking.run()
    opened.until(lambda: not checking.running and len(view.results) == 1)
    (card,) = cards(view)
    assert card.fix is not None
    card.fix.click()
    opened.until(lambda: "25 % done" in card._next.text())
    assert card.fix.isHidden()
    go.set()
    opened.until(lambda: not checking.mending)
    assert not cards(view)
    assert opened.window.status.health.text() == "✓ Healthy"
    assert "/x" in opened.window.notices.said("health")


def test_a_fix_can_be_stopped_and_can_fail(open_window: Opens, scripted: Scripts) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    answers: Iterator[Callable[[CheckContext], Note]] = iter((stopping, failing))

    def in_turn(context: CheckContext) -> Note:
        return next(answers)(context)

    def run(_context: CheckContext) -> CheckResult:
        fix = Fix("Mend it", in_turn)
        return CheckResult("fail", Note("store_readable"), fix=fix)

    instead(opened, HealthCheck("x", "Is it fine?", run, "fast"))
    checking, view = opened.room.checking, opened.room.views.health
    checking.run()
    opened.until(lambda: not checking.running and len(view.results) == 1)
    (card,) = cards(view)
    assert card.fix is not None
    card.fix.click()
    assert not card._cancel.isHidden()
    card._cancel.click()
    opened.until(lambda: not checking.mending)
    assert not card.fix.isHidden()
    card.fix.click()
    opened.until(lambda: not checking.mending)
    assert "cannot be used" in card._what.text()


def test_a_cancelled_run_stays_cancelled_and_is_heard_no_more(
    open_window: Opens, scripted: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window(scripted())
    opened.until_ready()
    runs: list[CheckContext] = []
    go, gone = threading.Event(), threading.Event()

    def run(context: CheckContext) -> CheckResult:
        runs.append(context)
        if len(runs) == 1:
            assert go.wait(30)
            context.tell(77, 100)
            gone.set()
        else:
            assert gone.wait(30)
            context.tell(1, 4)
        return CheckResult("ok", Note("store_readable"))

    told: list[tuple[int, int]] = []
    instead(opened, HealthCheck("x", "Is it fine?", run, "fast"))
    checking, view = opened.room.checking, opened.room.views.health
    shown = view.show_far

    def show_far(done: int, total: int) -> None:
        told.append((done, total))
        shown(done, total)

    monkeypatch.setattr(view, "show_far", show_far)
    checking.run()
    opened.until(lambda: len(runs) == 1)
    checking.cancel()
    checking.run()
    opened.until(lambda: len(runs) == 2)
    assert runs[0].stopped()
    assert not runs[1].stopped()
    go.set()
    opened.until(lambda: not checking.running)
    assert told == [(1, 4)]


def stopping(context: CheckContext) -> Note:
    while not context.stopped():
        threading.Event().wait(0.01)
    raise Stopped


def failing(_context: CheckContext) -> Note:
    raise Problem("store_unusable", path="/x", detail="no")
