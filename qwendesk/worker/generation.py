"""One reply's way through the engine: one phase, or two where the prompt has to be changed in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

from qwendesk.api.engine import (
    Completion,
    Engine,
    EngineEvent,
    EngineRequest,
    PromptProgress,
    Reuse,
    StopFlag,
    Token,
)
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import PromptRead, ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.worker.draft import Draft, Emit, Halt, Terms

# The line that Qwen's technical report on Qwen3 (section 4.3, thinking budget) puts at the end of the budget.
CLOSING = (
    "\n\nConsidering the limited time by the user, "
    "I have to give the solution based on the thinking directly now.\n</think>\n\n"
)

Outcome = Literal["stop", "length", "context", "cancelled"] | Halt


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be generated: the prompt's tokens, the sampling with its seed, and the terms."""

    prompt: tuple[int, ...]
    request: ReplyRequest
    sampling: Sampling
    terms: Terms
    context: int
    images: tuple[bytes, ...] = ()
    audios: tuple[bytes, ...] = ()


class Generation:
    """Runs a plan; afterwards it holds the draft and what is needed for the figures.

    `called`, `begun` and `first` are the times of the first call of the engine, of its word that it begins to
    read the prompt, and of the first token it gave.
    `prompt_tokens`, `reused` and `reuse` are about the user's prompt, so the first phase tells them (an
    image or a recording is more than the one token that stands for it); drafts add up.
    """

    def __init__(
        self, engine: Engine, plan: Plan, stop: StopFlag, emit: Emit, clock: Callable[[], float]
    ) -> None:
        self.draft = Draft(plan.terms, emit)
        self.notes: list[Note] = []
        self.prompt_tokens = len(plan.prompt)
        self.reused = 0
        self.reuse: Reuse = "unknown"
        self.drafted = 0
        self.accepted = 0
        self.injected = 0
        self.called: float | None = None
        self.begun: float | None = None
        self.first: float | None = None
        self._engine = engine
        self._plan = plan
        self._stop = stop
        self._emit = emit
        self._clock = clock
        self._phases = 0

    def run(self) -> Outcome:
        """Generate until the reply ends; "budget" and "answer" never come out."""
        plan = self._plan
        if plan.terms.opened and plan.terms.budget == 0:
            outcome = self._close_by_budget()
        else:
            outcome = self._phase(plan.prompt, None if plan.terms.free else plan.request.json_schema)
        if outcome == "budget":
            outcome = self._close_by_budget()
        if self.draft.free and outcome in ("stop", "answer"):
            outcome = self._bind()
        return outcome

    def _close_by_budget(self) -> Outcome:
        """Say for the model that the time is up, then let it answer."""
        self.draft.close_by_budget()
        if self._remaining() == 0:
            return "length"
        self.notes.append(Note("budget_reached", {"budget": self._plan.terms.budget}))
        return self._go_on(CLOSING)

    def _bind(self) -> Outcome:
        """The answer begins: from here on the schema holds, and nothing that came without it is kept."""
        if self.draft.thinking:
            return self._go_on(self.draft.close_unfinished())
        if self.draft.thought:
            return self._go_on(self.draft.drop_answer())
        self.draft = Draft(replace(self._plan.terms, free=False, budget=None, literal=True), self._emit)
        return self._phase(self._plan.prompt, self._plan.request.json_schema)

    def _go_on(self, text: str) -> Outcome:
        """Continue behind the kept tokens and a text of ours."""
        plan, injected = self._plan, self._engine.tokenize(text, special=True) if text else []
        tokens = (*plan.prompt, *self.draft.trace.ids, *injected)
        if plan.request.json_schema is not None:
            self.draft.take_literally()
        if self._remaining() == 0:
            return "length"
        if len(tokens) + self.prompt_tokens - len(plan.prompt) >= plan.context:
            return "context"
        self.injected += len(injected)
        return self._phase(tokens, plan.request.json_schema)

    def _remaining(self) -> int | None:
        limit = self._plan.sampling.max_tokens
        return None if limit is None else max(0, limit - len(self.draft.trace))

    def _phase(self, tokens: tuple[int, ...], schema: dict[str, Any] | None) -> Outcome:
        self._phases += 1
        if self.called is None:
            self.called = self._clock()
        with _closed_after(self._engine.generate(self._request(tokens, schema), self._stop)) as events:
            try:
                return self._consume(events)
            except Problem as problem:
                # The engine's own word for it; what is done about it is decided in one place.
                if problem.id == "context_full":
                    return "context"
                raise

    def _request(self, tokens: tuple[int, ...], schema: dict[str, Any] | None) -> EngineRequest:
        asked = self._plan.request
        return EngineRequest(
            tokens,
            self._plan.sampling,
            max_tokens=self._remaining(),
            json_schema=schema,
            top_logprobs=asked.top_logprobs,
            logit_bias=asked.logit_bias,
            context_full=asked.context_full,
            draft=asked.draft,
            images=self._plan.images,
            audios=self._plan.audios,
            # What comes behind the user's prompt goes on in its sequence.
            fresh=asked.fresh and self._phases == 1,
        )

    def _consume(self, events: Iterator[EngineEvent]) -> Outcome:
        take, clock, cancelled = self.draft.take, self._clock, self._stop.is_set
        for event in events:
            if isinstance(event, Token):
                now = clock()
                if self.first is None:
                    self.first = now
                halt = take(event, now)
                if halt is not None:
                    return halt
                if cancelled():
                    return "cancelled"
            elif isinstance(event, Completion):
                self._count(event)
                return event.reason
            else:
                self._on_progress(event)
        if cancelled():
            return "cancelled"
        raise Problem("engine_ended_early")

    def _on_progress(self, progress: PromptProgress) -> None:
        """Only the first reading is the user's prompt; a second phase reads what the model wrote."""
        self._count_reused(progress.reused, progress.reuse)
        if self._phases == 1:
            if self.begun is None and progress.processed <= progress.reused:
                self.begun = self._clock()
            self.prompt_tokens = progress.total
            self._emit(PromptRead(progress.processed, progress.total, progress.reused))

    def _count(self, completion: Completion) -> None:
        self._count_reused(completion.reused_tokens, completion.reuse)
        self.drafted += completion.drafted_tokens
        self.accepted += completion.accepted_tokens

    def _count_reused(self, reused: int, why: Reuse) -> None:
        if self._phases == 1:
            self.reused = min(reused, len(self._plan.prompt))
            self.reuse = why if why != "unknown" else self.reuse


@contextmanager
def _closed_after(events: Iterator[EngineEvent]) -> Iterator[Iterator[EngineEvent]]:
    """Closing a generator early is what cancels it; plain iterators have nothing to close."""
    try:
        yield events
    finally:
        close = getattr(events, "close", None)
        if close is not None:
            close()
