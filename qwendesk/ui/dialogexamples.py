"""Example content for dialogs that ask or show something once, each as somebody meets it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from qwendesk.api.engines import EngineLock
from qwendesk.api.problem import Note
from qwendesk.chat.comparing.contestant import Answer, Contestant, Round
from qwendesk.chat.talk import Choice
from qwendesk.chat.turn import Turn
from qwendesk.models.bundled import seedling
from qwendesk.models.memory.fit import Fit, Suggestion
from qwendesk.models.memory.parts import Estimate, Part
from qwendesk.runtimes.engines.plan import Plan
from qwendesk.runtimes.engines.resolution import Package
from qwendesk.runtimes.engines.wish import Wish
from qwendesk.store.locking import LockAdvanced
from qwendesk.ui.chatexamples import RECORD, entries
from qwendesk.ui.dialogs.attached import AttachedDialog
from qwendesk.ui.dialogs.differences import DifferencesDialog
from qwendesk.ui.dialogs.equip import equip_dialog
from qwendesk.ui.dialogs.memory import memory_dialog
from qwendesk.ui.dialogs.prompttext import PromptDialog
from qwendesk.ui.dialogs.remove import remove_dialog
from qwendesk.ui.dialogs.unlock import UnlockDialog
from qwendesk.ui.engineexamples import CPU, spec
from qwendesk.ui.room import Room
from qwendesk.words.problems import word

_GB = 1_000_000_000
_PROMPT = """<|im_start|>system
You answer briefly.<|im_end|>
<|im_start|>user
What is 23 + 45?<|im_end|>
<|im_start|>assistant
<think>
"""
_ANSWERS = (
    "Two heaps keep the median: a max-heap with the smaller half, and a min-heap with the larger half.",
    "Two heaps keep the median: a max-heap for the lower half and a min-heap for the upper half.",
)


def dialogs(room: Room, window: QWidget) -> dict[str, Callable[[], QWidget]]:
    """How each is made, by the name of its picture."""
    return {
        "lock": lambda: room.locking.dialog(False),
        "lock-change": lambda: room.locking.dialog(True),
        "lock-running": lambda: _locking(room),
        "unlock": lambda: _unlock(window),
        "prompt": lambda: PromptDialog(_PROMPT, RECORD, window),
        "attached": lambda: _attached(room, window),
        "differences": lambda: _differences(window),
        "fill-in": lambda: _fill_in(room),
        "memory": lambda: memory_dialog(seedling(), _fit(), lambda _options: None, window),
        "install": lambda: equip_dialog("llama.cpp", _plan(), window),
        "delete": lambda: remove_dialog(entries()[0].about, lambda: None, window),
    }


def _locking(room: Room) -> QWidget:
    made = room.locking.dialog(False)
    made.show_progress(LockAdvanced("attachments", 214, 530))
    return made


def _unlock(window: QWidget) -> QWidget:
    made = UnlockDialog(window)
    made.show_problem(
        word(Note("store_passphrase_wrong", {"path": "/home/kim/.local/share/qwendesk/qwendesk.db"}))
    )
    return made


def _attached(room: Room, window: QWidget) -> QWidget:
    rows = "".join(f"2026-11-{day:02d},{day * 37 % 24},{day * 1.5:.1f}\n" for day in range(1, 29))
    kept = room.app.history.attach("readings.csv", "text", f"day,hour,degrees\n{rows}".encode())
    return AttachedDialog(kept, room.background, window)


def _differences(window: QWidget) -> QWidget:
    models = ("Qwen3-4B Q8_0", "Qwen3-4B Q4_K_M")
    contestants = [Contestant(one, Choice(seedling(), None, {})) for one in models]
    turns = [Turn(time.monotonic_ns(), "assistant", one, state="finished") for one in _ANSWERS]
    answers = tuple(Answer(one) for one in turns)
    question = "How do I keep the median of a stream of numbers?"
    return DifferencesDialog(contestants, [Round(question, answers)], window)


def _fill_in(room: Room) -> QWidget:
    """The prompt that asks for most."""
    most = max(room.app.prompts.list("message"), key=lambda one: len(one.variables))
    return room.slashing.dialog(most, {})


def _fit() -> Fit:
    parts = (Part("weights", 5 * _GB, "bytes of all tensors"), Part("cache", 9 * _GB, "36 layers"))
    changes = ({"context": 16_384}, {"cache_type_k": "q8_0", "cache_type_v": "q8_0"})
    fitting = tuple(Suggestion(one, 9 * _GB) for one in changes)
    return Fit("too_big", Estimate(parts, 65_536), 10 * _GB, fitting)


def _plan() -> Plan:
    lock = EngineLock("llama-cpp-python", (CPU,))
    wish = Wish(spec("llamacpp", "llama.cpp"), lock, CPU, "0.3.36", (), complete=True)
    packages = (
        Package("llama-cpp-python", "0.3.36", "files.example.org", 64_000_000, 210_000_000),
        Package("numpy", "2.4.6", "files.example.org", 18_000_000, 70_000_000),
    )
    return Plan(wish, "0.3.36-cpu", packages, "", None, 80 * _GB, 2 * _GB)
