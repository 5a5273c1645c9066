"""A comparison in the terminal: answers below one another while they come, figures under each; or as data."""

from __future__ import annotations

import json
import queue
from typing import Any

from qwendesk.api.reply import Delta, ReplyEvent, Resplit
from qwendesk.app import App
from qwendesk.chat.comparing.comparison import Comparison
from qwendesk.chat.comparing.contestant import (
    Answer,
    ComparisonBegan,
    ComparisonEnded,
    ContestantMoved,
    Stage,
)
from qwendesk.chat.talk import TurnChanged
from qwendesk.cli.result import as_data
from qwendesk.cli.terminal import Paper
from qwendesk.words import _
from qwendesk.words.comparing import distinguished, line, plan, said
from qwendesk.words.problems import word

_TICK = 0.2


class Race:
    """Headings, answers as they come, figures; or one JSON object at the end. Ctrl-C stops all of it."""

    def __init__(self, app: App, comparison: Comparison, ids: list[int], as_json: bool) -> None:
        self._comparison, self._ids, self._as_json = comparison, ids, as_json
        self._paper = Paper()
        self._names = dict(zip(ids, distinguished(comparison.contestants), strict=True))
        self._talks = {comparison.talk(id).conversation.id: id for id in ids}
        self._mode = ""
        self._part = ""
        self._events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        app.bus.subscribe(self._events.put)

    def follow(self, question: str) -> int:
        """Until all is said; 1 where an answer failed or was stopped."""
        while not isinstance(event := self._next(), ComparisonEnded):
            match event:
                case ComparisonBegan():
                    self._mode = event.plan.mode
                    self._tell_plan(event)
                case ContestantMoved(_, id, stage) if not self._as_json:
                    self._on_moved(id, stage)
                case TurnChanged() if event.conversation in self._talks and not self._as_json:
                    self._on_text(event.event)
        if self._as_json:
            print(json.dumps(self._data(question), ensure_ascii=False, indent=2))
        return 0 if all(_is_whole(one) for one in self._answers()) else 1

    def _next(self) -> Any:
        while True:
            try:
                # Woken now and then, because a wait without an end cannot be interrupted on every system.
                return self._events.get(timeout=_TICK)
            except queue.Empty:
                continue
            except KeyboardInterrupt:
                self._comparison.stop()

    def _tell_plan(self, began: ComparisonBegan) -> None:
        if began.plan.unloads:
            self._paper.aside(plan(began.plan))

    def _on_moved(self, id: int, stage: Stage) -> None:
        if stage == "loading":
            self._paper.status(_("Loading {model} …").format(model=self._names[id]))
        elif stage == "answering":
            self._paper.status("")
            self._paper.answer(f"## {self._names[id]}\n\n")
        elif stage == "idle" and (answer := self._comparison.answer(id)) is not None:
            self._paper.answer("\n" if self._part == "answer" else "")
            if not _is_whole(answer):
                self._paper.aside(_("Stopped.") if answer.turn.problem is None else said(answer))
            self._paper.answer(f"\n{line(answer)}\n\n")
            self._part = ""

    def _on_text(self, event: ReplyEvent | None) -> None:
        if isinstance(event, Resplit):
            self._paper.aside(_("(What stands above was reasoning.)"))
            self._paper.answer(event.answer)
            self._part = "answer"
        elif isinstance(event, Delta):
            if self._part == "reasoning" and event.part == "answer":
                self._paper.aside("\n")
            self._part = event.part
            write = self._paper.answer if event.part == "answer" else self._paper.reasoning
            write(event.text)

    def _answers(self) -> list[Answer | None]:
        return [self._comparison.answer(id) for id in self._ids]

    def _data(self, question: str) -> dict[str, Any]:
        told = [self._as_data(id) for id in self._ids]
        return {"question": question, "mode": self._mode, "answers": told}

    def _as_data(self, id: int) -> dict[str, Any]:
        answer, talk = self._comparison.answer(id), self._comparison.talk(id)
        data: dict[str, Any] = {"label": self._names[id], "name": talk.choice.model.name}
        if answer is None or answer.turn.finished is None:
            problem = answer.turn.problem if answer is not None else None
            return {**data, "error": str(word(problem)) if problem is not None else _("Stopped.")}
        return {**data, **as_data(talk, answer.turn.finished), "memory_bytes": answer.memory_bytes}


def _is_whole(answer: Answer | None) -> bool:
    return answer is not None and answer.turn.state == "finished"
