"""Example content for the screenshots: a conversation with everything in it, and every state."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from qwendesk.api.engine import LoadProgress, LoadReport
from qwendesk.api.health import CheckResult, Fix
from qwendesk.api.problem import Note
from qwendesk.api.reply import Delta, Failed, Finished, PromptRead, Timings, Usage
from qwendesk.api.runtimes import Probe
from qwendesk.api.sampling import Sampling
from qwendesk.chat.conversation import Turn
from qwendesk.monitor.health import Checked, overall
from qwendesk.runtimes.service import RuntimeState
from qwendesk.runtimes.state import SessionState
from qwendesk.ui.room import Room
from qwendesk.ui.states import seen
from qwendesk.words.health import status_line
from qwendesk.words.problems import word

_QUESTION = "How do I keep the median of a stream of numbers?\nShow me the code."
_REASONING = (
    "The user wants a running median. Two heaps are the classic answer: a max-heap for the smaller half "
    "and a min-heap for the larger half.\n\n"
    "Python's heapq is a min-heap, so the smaller half stores negated values."
)
_ANSWER = """Keep two heaps: a max-heap with the smaller half and a min-heap with the larger half.
Each number costs **O(log n)**; the median is always on top.

```python
class RunningMedian:
    def __init__(self):
        self.low, self.high = [], []   # max-heap, min-heap

    def add(self, x):
        heappush(self.low, -heappushpop(self.high, x))
        if len(self.low) > len(self.high):
            heappush(self.high, -heappop(self.low))
```

| structure | add | median |
| --- | ---: | ---: |
| two heaps | O(log n) | O(1) |
| sorted list | O(n) | O(1) |

To read the median, take `high[0]`, or the mean of both tops when the sizes are equal.
"""
_CHINESE = "请用中文一句话解释。"
_CHINESE_ANSWER = "用两个堆分别保存较小和较大的一半，中位数始终在堆顶，每次插入只需 O(log n)。"
_LOG = (
    "llama_model_loader: loaded meta data with 29 key-value pairs and 46 tensors",
    "load_tensors:   CPU_Mapped model buffer size =     3.32 MiB",
    "llama_context: n_ctx = 2048, n_batch = 256",
    "GGML_ASSERT(n_tokens <= n_batch) failed",
)


def _usage() -> Usage:
    return Usage(prompt_tokens=5655, reused_tokens=5210, completion_tokens=342, reasoning_tokens=142)


def _finished(reasoning: str, answer: str) -> Finished:
    timings = Timings(ttft_s=0.31, prompt_tps=1420.5, decode_tps=52.1, reasoning_s=3.2, total_s=6.9)
    return Finished("stop", reasoning, answer, (), _usage(), timings, Sampling(seed=1234567))


def _question(id: int, text: str) -> Turn:
    return Turn(id, "user", text)


def _reply(id: int, reasoning: str, answer: str) -> Turn:
    waiting = Turn(
        id, "assistant", state="waiting", model="Seedling", reasoning_tokens=142 if reasoning else 0
    )
    return waiting.after(_finished(reasoning, answer))


def choose_model(room: Room) -> None:
    """What the window shows of a model, as far as there is one here."""
    entries = room.app.library.entries()
    room.views.library.show_entries(entries)
    models = [one.model for one in entries]
    room.running.list_models(models)
    if models:
        room.running.pick(models[0])
        room.conversing.talk = room.app.talk(models[0])
        room.conversing.show_welcome()


def _report() -> LoadReport:
    return LoadReport("llama.cpp", "b7154", 8192, 1, "think", architecture="qwen3")


def _ready() -> SessionState:
    return SessionState(
        phase="ready", report=_report(), load_s=0.42, memory_bytes=3_300_000_000, peak_bytes=3_420_000_000
    )


def _show(room: Room, state: SessionState | None, turns: tuple[Turn, ...], *, busy: bool = False) -> None:
    chat, status = room.window.chat, room.window.status
    looks = seen(state, busy=busy)
    chat.clear()
    for turn in turns:
        chat.add_turn(turn)
    chat.set_title("Median of a stream" if turns else "New chat")
    chat.set_model("Qwen3-4B-Instruct", "Q4_K_M · llama.cpp · 8k", looks.pill, looks.tooltip)
    chat.set_thinking(True, 1024, "switch")
    chat.set_token_count(212 if turns else None, 8192)
    chat.set_busy(busy)
    status.show_state(looks.word, looks.mark, "Qwen3-4B-Instruct Q4_K_M")
    status.show_speed(52.1 if turns else None, 0.31 if turns else None)
    status.show_memory(state.memory_bytes if state else 0)
    status.show_silence(state.silent_s if state else 0.0)
    room.views.run.show_state(state)
    room.window.notices.dismiss("model")


def full(room: Room) -> None:
    """A conversation with everything in it, health checked."""
    turns = (
        _question(1, _QUESTION),
        _reply(2, _REASONING, _ANSWER),
        _question(3, _CHINESE),
        _reply(4, "", _CHINESE_ANSWER),
    )
    _show(room, _ready(), turns)
    room.window.status.show_health("Healthy", "healthy")


def empty(room: Room) -> None:
    """Nothing said yet."""
    _show(room, _ready(), ())


def loading(room: Room) -> None:
    """The model is on its way; a question waits for it."""
    state = SessionState(phase="loading", since=time.monotonic() - 3, progress=LoadProgress(0.42))
    _show(room, state, (_question(1, _QUESTION), Turn(2, "assistant", state="waiting")), busy=True)


def streaming(room: Room) -> None:
    """Reasoning comes in."""
    now = time.monotonic()
    turn = Turn(2, "assistant", state="waiting", model="Seedling")
    _show(room, _ready(), (_question(1, _QUESTION), turn), busy=True)
    for event in (PromptRead(812, 812, 0), Delta("reasoning", _REASONING, 60, now - 2, now)):
        turn = turn.after(event)
        room.window.chat.change_turn(turn, event)


def answering(room: Room) -> None:
    """The answer comes in, and the worker has been silent for a while."""
    streaming(room)
    now = time.monotonic()
    turn = replace(_reply(2, _REASONING, ""), state="streaming", finished=None, first=now - 4, last=now)
    event = Delta("answer", _ANSWER[:420], 80, now - 1, now)
    room.window.chat.change_turn(turn.after(event), event)
    room.window.status.show_silence(7.0)


def died(room: Room) -> None:
    """The worker crashed in the middle of a reply."""
    problem = Note("worker_aborted", {"doing": "generating", "cause": _LOG[-1]})
    turn = Turn(2, "assistant", state="waiting", model="Seedling")
    _show(room, SessionState(phase="dead", problem=problem), (_question(1, _QUESTION), turn))
    now = time.monotonic()
    for event in (Delta("answer", _ANSWER[:180], 30, now - 1, now), Failed(problem, _LOG)):
        turn = turn.after(event)
        room.window.chat.change_turn(turn, event)


def noticed(room: Room) -> None:
    """Problems at the start and a file that cannot be loaded."""
    empty(room)
    notices = room.window.notices
    notices.show_line("home", word(Note("home_read_only", {"path": "/home/kim/.local/share/qwendesk"})))
    refused = Note(
        "model_truncated", {"path": "Qwen3-4B-Q4_K_M.gguf", "size": 1_200_000_000, "expected": 2_497_280_256}
    )
    notices.show_line("model", word(refused), "Try again", lambda: None)


def _quiet(room: Room) -> None:
    notices = room.window.notices
    for topic in notices.topics:
        notices.dismiss(topic)


STATES: dict[str, Callable[[Room], None]] = {
    "full": full,
    "empty": empty,
    "loading": loading,
    "streaming": streaming,
    "answering": answering,
    "died": died,
    "noticed": noticed,
    "quiet": _quiet,
}


def _health(room: Room) -> None:
    """What a machine with troubles would show: each state, fixes among them."""
    view = room.views.health
    view.begin()
    for id, title, result in _checks():
        view.add(Checked(id, title, result))
    view.show_progress("Is everything in the database in order?", 14, 22)


def _checks() -> Iterator[tuple[str, str, CheckResult]]:
    ready = Note("runtime_ready", {"runtime": "llama.cpp", "version": "0.3.36 (CPU)"})
    yield "runtime.llamacpp", "Does the runtime work here?", CheckResult("ok", ready, subject="llamacpp")
    yield "plugin", "Do all plugins work?", CheckResult("ok", Note("plugins_work", {"count": 6}))
    yield "store", "Can the database be read?", CheckResult("ok", Note("store_readable"))
    full = Note("disk_nearly_full", {"path": "/home/ada/models", "free": 640_000_000, "floor": 1_000_000_000})
    empty = Fix("Empty the trash ({size})", lambda _context: full, {"size": 18_400_000_000})
    yield (
        "disk.m",
        "Is there room on the disk?",
        CheckResult("fail", full, subject="/home/ada/models", fix=empty),
    )
    name = "Qwen/Qwen3-8B-GGUF:Q4_K_M"
    repair = Fix("Repair it", lambda _context: full)
    differs = Note("model_differs", {"model": name})
    files = CheckResult("fail", differs, subject=name, fix=repair)
    yield f"model.{name}", "Are all models there and unchanged?", files
    slow = Note("speed_low", {"model": "Qwen3-30B-A3B", "rate": 3.4, "limit": 5.0})
    yield (
        "tokens-per-second",
        "Do replies come fast enough?",
        CheckResult("warn", slow, subject="Qwen3-30B-A3B"),
    )
    right = Note("seedling_right", {"question": "What is 23 + 45?", "answer": "23 + 45 = 68."})
    yield "seedling.llamacpp", "Does Seedling answer right?", CheckResult("ok", right, subject="llamacpp")


def _health_done(room: Room) -> None:
    _health(room)
    room.views.health.end()
    results = room.views.health.results
    room.window.status.show_health(status_line(results), overall(results))


def _unavailable(room: Room) -> None:
    room.views.run.show_state(None)
    current = room.views.run.runtime.current
    if current is None:
        return
    missing = Probe(False, reason="torch is not installed.", fix="Run pip install qwendesk[transformers].")
    other = replace(current.spec, id="transformers", title="Transformers")
    room.views.run.runtime.show_states([RuntimeState(other, missing)], None)


def _details(room: Room) -> None:
    for _part in room.views.details.showing(_reply(2, _REASONING, _ANSWER), _report()):
        pass


def _changed(room: Room) -> None:
    room.views.run.show_state(_ready())
    room.views.run.sampling.set_values({"temperature": 1.1, "seed": 42})
    if room.views.run.options is not None:
        room.views.run.options.set_values({"context": 16384})


DOCKS: dict[str, tuple[str, Callable[[Room], None]]] = {
    "run": ("run", lambda room: room.views.run.show_state(_ready())),
    "run-loading": (
        "run",
        lambda room: room.views.run.show_state(SessionState(phase="loading", since=time.monotonic())),
    ),
    "run-changed": ("run", _changed),
    "run-unavailable": ("run", _unavailable),
    "details-empty": ("details", lambda room: room.views.details.clear()),
    "details": ("details", _details),
    "health-empty": ("health", lambda room: None),
    "health-running": ("health", _health),
    "health": ("health", _health_done),
}
