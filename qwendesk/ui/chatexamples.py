"""Example content for the chats dock, and for a conversation with versions, a call and a full context."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from qwendesk.api.messages import Tool, ToolCall
from qwendesk.api.problem import Note
from qwendesk.chat.conversation import About
from qwendesk.chat.history import Entry, Hit
from qwendesk.chat.settings import Record, Settings
from qwendesk.chat.turn import Turn
from qwendesk.ui.examples import full
from qwendesk.ui.room import Room
from qwendesk.words.problems import word

RECORD = Record(
    "/m.gguf", "unsloth/Qwen3.5-9B-GGUF:Q4_K_M", "llamacpp", "llama.cpp", "0.3.36", {}, Settings()
)
_CALLED = replace(RECORD, settings=Settings(tools=(Tool("calculator", "Works out an expression."),)))


def entries() -> list[Entry]:
    """As in a home that was used for a week."""
    now = time.time()
    told: tuple[tuple[str, int, int, dict[str, object]], ...] = (
        ("Median of a stream", 12, 60, {"pinned": True}),
        ("请检查这份合同的条款", 6, 4_000, {"folder": "Work"}),
        ("Notes for the release", 41, 90_000, {"folder": "Work"}),
        ("", 0, 100_000, {"draft": "How do I"}),
        ("Why is the sky dark at night?", 4, 400_000, {}),
        ("Recipe for flat bread", 18, 2_000_000, {"archived": True}),
    )
    model = "unsloth/Qwen3.5-9B-GGUF:Q4_K_M"
    return [
        Entry(About(at + 1, title, model=model, created=now - age, updated=now - age, **more), count)  # type: ignore[arg-type]
        for at, (title, count, age, more) in enumerate(told)
    ]


def hits() -> list[Hit]:
    now = time.time()
    return [
        Hit(
            2,
            "请检查这份合同的条款",
            21,
            "assistant",
            "answer",
            "…第三条规定，合同终止后三十日内付款…",
            now - 4_000,
        ),
        Hit(
            1,
            "Median of a stream",
            11,
            "user",
            "answer",
            "Keep two heaps and the contract of each…",
            now - 60,
        ),
    ]


def _chats(room: Room) -> None:
    view = room.views.chats
    view.field.blockSignals(True)
    view.field.clear()
    view.field.blockSignals(False)
    view.show_entries(entries())
    view.mark(1)


def _found(room: Room) -> None:
    _chats(room)
    view = room.views.chats
    view.field.blockSignals(True)
    view.field.setText("合同")
    view.field.blockSignals(False)
    view.show_hits("合同", hits())


def _nothing(room: Room) -> None:
    _found(room)
    room.views.chats.show_hits("合同", [])


def versions(room: Room) -> None:
    """Another version of a question and of its reply, and a call that waits for a yes."""
    full(room)
    chat = room.window.chat
    chat.clear()
    chat.add_turn(Turn(1, "user", "What is 23 + 45?"), (2, 3))
    chat.add_turn(Turn(2, "assistant", "Let me work that out.", record=_CALLED), (1, 2))
    chat.show_call(2, ToolCall("calculator", {"expression": "23 + 45"}))


def context_full(room: Room) -> None:
    """What a full context offers, in a chat that is edited."""
    full(room)
    chat = room.window.chat
    chat.clear()
    chat.add_turn(Turn(1, "user", "And what follows from that?"))
    problem = Note("prompt_too_long", {"prompt_tokens": 9_210, "context": 8_192})
    chat.add_turn(Turn(2, "assistant", state="failed", problem=problem))
    chat.composer.edit(1, "And what follows from that, in one sentence?")


def _error(room: Room) -> None:
    problem = Note(
        "store_unusable", {"path": "/home/kim/.local/share/qwendesk/qwendesk.db", "detail": "locked"}
    )
    room.views.chats.show_error(word(problem))


DOCKS: dict[str, tuple[str, Callable[[Room], None]]] = {
    "chats-empty": ("chats", lambda room: room.views.chats.show_entries([])),
    "chats-error": ("chats", _error),
    "chats-nothing": ("chats", _nothing),
    "chats-found": ("chats", _found),
    "chats": ("chats", _chats),
}
STATES: dict[str, Callable[[Room], None]] = {"versions": versions, "context-full": context_full}
