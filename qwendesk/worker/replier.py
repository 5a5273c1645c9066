"""A conversation in, a reply out: rendered, tokenized, generated, split and counted here for every engine."""

from __future__ import annotations

import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from qwendesk.api.engine import Engine, LoadReport, StopFlag
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Finished, FinishReason, ReplyRequest, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.worker import figures
from qwendesk.worker.deadline import Cancelled
from qwendesk.worker.draft import Emit, Terms
from qwendesk.worker.generation import Generation, Outcome, Plan
from qwendesk.worker.prompt import CHATML, ChatTemplate, block, compiled

# The largest seed that every engine takes as it is; llama.cpp reads 2**32 - 1 as "random".
MAX_SEED = 2**32 - 2

_REASONS: dict[Outcome, FinishReason] = {
    "stop": "stop",
    "stop_string": "stop",
    "length": "length",
    "context": "context",
    "cancelled": "cancelled",
}


class Replier:
    """Answers requests on one engine; `run` may be called from several threads at once."""

    def __init__(self, engine: Engine, report: LoadReport) -> None:
        self._engine = engine
        self._report = report

    def run(
        self,
        request: ReplyRequest,
        sent: float,
        stop: StopFlag,
        emit: Emit,
        clock: Callable[[], float] = time.monotonic,
    ) -> Finished:
        """One reply. A cancelled one is finished, too, with what came so far.

        Raises:
            Problem: `template_invalid`, `template_failed`, `template_endless`, `prompt_empty`,
                `prompt_too_long` (prompt_tokens, context), `engine_ended_early`, `context_full` (context)
                where the request wants that, and what the engine raises.
        """
        sampling = _seeded(request.sampling)
        try:
            plan = self._plan(request, sampling, stop)
        except Cancelled:
            return _nothing(sampling, clock() - sent)
        generation = Generation(self._engine, plan, stop, emit, clock)
        outcome = generation.run()
        if outcome != "stop_string" and generation.draft.finish(cut=outcome != "stop"):
            outcome = "stop_string"
        if outcome == "context" and request.context_full == "error":
            raise Problem("context_full", context=plan.context)
        return self._finished(generation, plan, outcome, (sent, clock()))

    def _plan(self, request: ReplyRequest, sampling: Sampling, stop: StopFlag) -> Plan:
        template = self._template(request)
        on = request.thinking.on
        if request.thinking.budget == 0 and template.switch == "switch":
            on = False
        text = template.render(request.messages, request.tools, on, stop=stop)
        if stop.is_set():
            raise Cancelled
        terms = _terms(request, template, text, on)
        return Plan(self._tokens(text), request, sampling, terms, self._report.context)

    def _template(self, request: ReplyRequest) -> ChatTemplate:
        source = request.template or self._report.template or CHATML
        return compiled(source, self._report.bos, self._report.eos)

    def _tokens(self, text: str) -> tuple[int, ...]:
        # Qwen's tokenizer normalizes to NFC; llama.cpp's does not, so macOS paths would read as other words.
        text = unicodedata.normalize("NFC", text)
        if self._report.adds_bos and not text.startswith(self._report.bos):
            text = self._report.bos + text
        tokens = tuple(self._engine.tokenize(text, special=True))
        if not tokens:
            raise Problem("prompt_empty")
        if len(tokens) >= self._report.context:
            raise Problem("prompt_too_long", prompt_tokens=len(tokens), context=self._report.context)
        return tokens

    def _finished(
        self, generation: Generation, plan: Plan, outcome: Outcome, times: tuple[float, float]
    ) -> Finished:
        draft, prompt_tokens = generation.draft, len(plan.prompt)
        notes = (*self._template_note(plan.request), *generation.notes, *draft.notes)
        return Finished(
            reason=_reason(outcome, called=bool(draft.calls)),
            reasoning=draft.text("reasoning"),
            answer=draft.text("answer"),
            tool_calls=tuple(draft.calls),
            usage=figures.usage(generation, prompt_tokens),
            timings=figures.timings(generation, prompt_tokens, *times),
            sampling=plan.sampling,
            notes=notes,
        )

    def _template_note(self, request: ReplyRequest) -> tuple[Note, ...]:
        return () if request.template or self._report.template else (Note("template_missing"),)


def _seeded(sampling: Sampling) -> Sampling:
    return sampling if sampling.seed is not None else replace(sampling, seed=secrets.randbelow(MAX_SEED + 1))


def _terms(request: ReplyRequest, template: ChatTemplate, prompt: str, on: bool | None) -> Terms:
    left = block(prompt)
    free = request.json_schema is not None and (
        left == "open" or (left == "absent" and _may_think(template, on))
    )
    return Terms(
        opened=left == "open",
        closed=left == "closed",
        tools=request.tools,
        stops=request.stop,
        budget=request.thinking.budget,
        free=free,
        literal=request.json_schema is not None and not free,
        probabilities=request.top_logprobs > 0,
    )


def _may_think(template: ChatTemplate, on: bool | None) -> bool:
    """Whether the model is expected to open the block itself."""
    return template.switch == "switch" if on is None else on


def _reason(outcome: Outcome, *, called: bool) -> FinishReason:
    reason = _REASONS[outcome]
    return "tool_calls" if called and reason == "stop" else reason


def _nothing(sampling: Sampling, seconds: float) -> Finished:
    """Cancelled before the engine was asked."""
    timings = Timings(None, None, None, total_s=seconds)
    return Finished("cancelled", "", "", (), Usage(0, 0, 0), timings, sampling)
