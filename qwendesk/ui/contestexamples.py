"""Example content for the screenshots: models side by side, one of them still at it, one that failed."""

from __future__ import annotations

import time

from qwendesk.api.engine import LoadReport
from qwendesk.api.messages import Thinking
from qwendesk.api.problem import Note
from qwendesk.api.reply import Finished, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.chat.comparing.contestant import Answer
from qwendesk.chat.comparing.plan import Plan
from qwendesk.chat.settings import Settings
from qwendesk.chat.turn import Turn
from qwendesk.runtimes.state import SessionState
from qwendesk.ui.dialogs.contestantcolumn import ContestantColumn, plain
from qwendesk.ui.dialogs.sidebyside import SideBySide
from qwendesk.ui.room import Room
from qwendesk.words import comparing as words

_QUESTION = "Why is the sky blue? Two sentences, please."
_ANSWERS = (
    "Air scatters **short** wavelengths far more than long ones, so blue light reaches us from every side. "
    "At sunset its path is longer, and what is left is red.\n\nThis is called *Rayleigh scattering*:\n\n"
    "- strength grows with 1/λ⁴\n- violet is scattered even more, but our eyes see less of it",
    "Molecules in the air scatter blue light about nine times as much as red. So the light that comes from "
    "the sky itself, and not straight from the sun, looks blue.",
    "The sky is blue because",
)


def _answer(text: str, speed: float, first: float, memory: int, load_s: float) -> Answer:
    usage = Usage(prompt_tokens=24, reused_tokens=0, completion_tokens=len(text) // 4)
    timings = Timings(ttft_s=first, prompt_tps=410.0, decode_tps=speed, total_s=4.0)
    finished = Finished("stop", "", text, (), usage, timings, Sampling(seed=2718281))
    turn = Turn(_id(), "assistant", state="waiting").after(finished)
    return Answer(turn, load_s, memory)


def _id() -> int:
    return time.monotonic_ns()


def _ready(memory: int, load_s: float) -> SessionState:
    report = LoadReport("llama.cpp", "b7154", 8192, 1, "think", architecture="qwen3")
    return SessionState(phase="ready", report=report, load_s=load_s, memory_bytes=memory, peak_bytes=memory)


def _fill(column: ContestantColumn, answer: Answer | None) -> None:
    column.show_transcript(empty=False)
    column.transcript.clear()
    column.transcript.add_turn(Turn(_id(), "user", _QUESTION))
    if answer is not None:
        column.transcript.add_turn(plain(answer.turn))
    column.show_answer(answer)


def side_by_side(room: Room) -> SideBySide:
    """Four columns, each in another state."""
    dialog = room.contesting.dialog()
    while len(dialog.columns) < 4:
        dialog.add_requested.emit()
    done, quick, running, failed = dialog.columns.values()
    quick.form.set_settings(Settings(Sampling(temperature=1.2, seed=7), Thinking(on=False)))
    _fill(done, _answer(_ANSWERS[0], 52.1, 0.31, 3_300_000_000, 1.42))
    done.show_session(_ready(3_300_000_000, 1.42))
    _fill(quick, _answer(_ANSWERS[1], 88.4, 0.12, 2_100_000_000, 0.9))
    quick.show_session(_ready(2_100_000_000, 0.9))
    now = time.monotonic()
    turn = Turn(_id(), "assistant", _ANSWERS[2], state="streaming", tokens=7, first=now - 0.5, last=now)
    _fill(running, Answer(turn, 2.2, 5_800_000_000))
    running.show_session(_ready(5_800_000_000, 2.2))
    running.show_stage("answering")
    problem = Note("comparison_too_big", {"model": "Qwen3-32B", "memory": 24e9, "most": 11.2e9})
    _fill(failed, Answer(Turn(_id(), "assistant", state="failed", problem=problem)))
    dialog.show_plan(words.plan(Plan("in turn", True, 19_400_000_000, 11_200_000_000)))
    dialog.show_busy(True)
    dialog.show_asked(True)
    return dialog
