"""Task sets from files: one JSON object on each line."""

from __future__ import annotations

from pathlib import Path

import msgspec

from qwendesk.api.problem import Problem
from qwendesk.chat.batch.lines import MOST as MOST_BYTES_OF_LINE
from qwendesk.chat.batch.lines import Line, Lines
from qwendesk.lab.tasks.check import Pattern, Python
from qwendesk.lab.tasks.code import shape
from qwendesk.lab.tasks.patterns import SECONDS, Slow, why_not
from qwendesk.lab.tasks.scoring import score
from qwendesk.lab.tasks.task import Task, TaskSet
from qwendesk.system.paths import resources

BUILT_IN = "built-in"
MOST = 10_000
_DECODER = msgspec.json.Decoder(Task)


def built_in() -> TaskSet:
    """Those that come with QwenDesk. Raises Problem `resources_missing`."""
    path = resources() / "lab" / "tasks.jsonl"
    if not path.is_file():
        raise Problem("resources_missing", path=str(path))
    return read(path, BUILT_IN)


def find(wanted: str) -> TaskSet:
    """The built-in set by its name, or else the file at this path.

    Raises:
        Problem: `tasks_unknown` (name, known), or those of `read`.
    """
    if wanted.lower() == BUILT_IN:
        return built_in()
    path = Path(wanted)
    if not path.exists():
        raise Problem("tasks_unknown", name=wanted, known=BUILT_IN)
    return read(path, path.name)


def read(path: Path, name: str) -> TaskSet:
    """A file of tasks; blank lines are skipped.

    Raises:
        Problem: `file_unreadable` (path, detail), `tasks_empty` (path), `tasks_too_large` (path, most),
            `task_malformed` (path, line, detail), `task_repeated` (path, line, id),
            `task_pattern_refused` (path, line, pattern, detail).
    """
    tasks: dict[str, Task] = {}
    with Lines(path) as lines:
        for line in lines:
            if len(tasks) == MOST:
                raise Problem("tasks_too_large", path=str(path), most=MOST)
            task = _task(path, line)
            if task.id in tasks:
                raise Problem("task_repeated", path=str(path), line=line.number, id=task.id)
            tasks[task.id] = task
        sha256 = lines.hexdigest()
    if not tasks:
        raise Problem("tasks_empty", path=str(path))
    return TaskSet(name, tuple(tasks.values()), sha256)


def _task(path: Path, line: Line) -> Task:
    if line.data is None:
        detail = f"it is longer than {MOST_BYTES_OF_LINE} bytes"
        raise Problem("task_malformed", path=str(path), line=line.number, detail=detail)
    try:
        task = _DECODER.decode(line.data)
        detail = _flaw(task)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        detail = str(error)
    if detail:
        raise Problem("task_malformed", path=str(path), line=line.number, detail=detail)
    if isinstance(task.check, Pattern) and (detail := _refusal(task.check)):
        pattern = task.check.pattern[:80]
        raise Problem(
            "task_pattern_refused", path=str(path), line=line.number, pattern=pattern, detail=detail
        )
    return task


def _refusal(check: Pattern) -> str:
    if (detail := why_not(check.pattern)) or check.example is None:
        return detail
    try:
        return "" if score(check, check.example) else "it does not match its example"
    except Slow:
        return f"it takes more than {SECONDS} s on its example"


def _flaw(task: Task) -> str:
    """What the form alone does not tell: a task that no answer can solve."""
    if not task.prompt.strip():
        return "its prompt is empty"
    if isinstance(task.check, Python):
        for one in task.check.answers:
            if shape(one) is None:
                return f"its answer is no Python: {one[:80]}"
    return ""
