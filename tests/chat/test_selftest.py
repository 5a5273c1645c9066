"""The thinking switch of a real model, and of ones that ignore it."""

from __future__ import annotations

from qwendesk.app import App
from qwendesk.chat.selftest import SwitchTest, try_switch
from qwendesk.system.paths import Paths
from qwendesk.words import thinking


def test_the_bundled_models_switch_works(paths: Paths) -> None:
    with App(paths) as app:
        found = try_switch(app.runtimes.open_smallest(app.library.find(None)), 60)
    assert (found.on, found.off, found.works) == (True, False, True)
    assert "works" in thinking.tested(found)


def test_every_outcome_has_a_sentence_of_its_own() -> None:
    told = {thinking.tested(SwitchTest(on, off, 1.0)) for on in (True, False) for off in (True, False)}
    assert len(told) == 4
