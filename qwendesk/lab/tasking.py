"""Asks a loaded model the questions of a task set and scores what it says."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from qwendesk.api.messages import Message, Thinking
from qwendesk.api.problem import Problem
from qwendesk.api.reply import ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.lab.tasks.patterns import Slow
from qwendesk.lab.tasks.scoring import score
from qwendesk.lab.tasks.task import Task, TaskSet
from qwendesk.models.verifying import Stopped
from qwendesk.runtimes.patience import awaited
from qwendesk.runtimes.session import Session

Progress = Callable[[int, int], None]
MOST_TOKENS = 512
THOUGHTS = 256
"""Tokens of reasoning for a model that cannot do without: then it has to answer."""
_PATIENCE_S = 3600.0


def run(
    session: Session,
    tasks: TaskSet,
    progress: Progress = lambda _done, _all: None,
    stopped: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """The result of a row of the kind "tasks", in plain data. Blocks; `progress` counts questions.

    A model that is still being loaded is waited for. Each question is asked alone and on an empty context,
    greedily and with the thinking switched off.

    Raises:
        Problem: those of loading and replies, `no_answer_in_time` (model, seconds),
            `task_pattern_slow` (task), `task_too_long` (task, prompt_tokens, context).
        Stopped: `stopped` said so; the reply on its way was cancelled.
    """
    _until_loaded(session, stopped)
    began, answers = time.monotonic(), []
    for done, task in enumerate(tasks.tasks):
        progress(done, len(tasks.tasks))
        said = _asked(session, task, stopped)
        answers.append({"id": task.id, "kind": task.kind, "answer": said, "score": _scored(task, said)})
    progress(len(tasks.tasks), len(tasks.tasks))
    return {**_summed(answers), "seconds": time.monotonic() - began}


def request(task: Task) -> ReplyRequest:
    """What the model is asked."""
    return ReplyRequest(
        (Message("user", task.prompt),),
        sampling=Sampling(temperature=0.0, seed=0, max_tokens=MOST_TOKENS),
        thinking=Thinking(on=False, budget=THOUGHTS),
        fresh=True,
    )


def _until_loaded(session: Session, stopped: Callable[[], bool]) -> None:
    try:
        awaited(session.wait_ready, stopped, _PATIENCE_S)
    except TimeoutError as error:
        raise _late(session) from error


def _late(session: Session) -> Problem:
    return Problem("no_answer_in_time", model=session.recipe.model.title, seconds=_PATIENCE_S)


def _asked(session: Session, task: Task, stopped: Callable[[], bool]) -> str:
    if stopped():
        raise Stopped
    reply = session.reply(request(task), lambda _event: None)
    try:
        return awaited(reply.wait, stopped, _PATIENCE_S).answer
    except TimeoutError as error:
        raise _late(session) from error
    except Problem as problem:
        if problem.id != "prompt_too_long":
            raise
        tokens, context = problem.arguments["prompt_tokens"], problem.arguments["context"]
        raise Problem("task_too_long", task=task.id, prompt_tokens=tokens, context=context) from problem
    finally:
        reply.cancel()


def _scored(task: Task, answer: str) -> float:
    try:
        return score(task.check, answer)
    except Slow as error:
        raise Problem("task_pattern_slow", task=task.id) from error


def _summed(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """The mean with its standard error (sample standard deviation / square root of the count)."""
    by_kind: dict[str, list[float]] = defaultdict(list)
    for one in answers:
        by_kind[one["kind"]].append(one["score"])
    scores = [one["score"] for one in answers]
    error = statistics.stdev(scores) / len(scores) ** 0.5 if len(scores) > 1 else None
    return {
        "answers": answers,
        "score": statistics.fmean(scores),
        "score_error": error,
        "by_kind": {kind: statistics.fmean(of) for kind, of in by_kind.items()},
    }
