"""A conversation in, a reply out: rendered, tokenized, generated, split and counted here for every engine."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from qwendesk.api.engine import Engine, LoadReport, StopFlag
from qwendesk.api.pieces import Rendered
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Finished, FinishReason, PromptBuilt, ReplyRequest, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.worker import figures
from qwendesk.worker.deadline import Cancelled
from qwendesk.worker.draft import Emit, Terms
from qwendesk.worker.encoder import Encoder
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


@dataclass(frozen=True, slots=True)
class _Prompt:
    """A rendered conversation: the text, its tokens, the template and whether that was told to think."""

    text: str
    tokens: tuple[int, ...]
    template: ChatTemplate
    on: bool | None


class Replier:
    """Answers requests on one engine; `run` may be called from several threads at once."""

    def __init__(self, engine: Engine, report: LoadReport) -> None:
        self._engine = engine
        self._report = report
        self._encoder = Encoder(engine, report)

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
                `prompt_too_long` (prompt_tokens, context), `images_unsupported`, `image_count` (images,
                places), `audio_unsupported`, `audio_count` (audios, places), `engine_ended_early`,
                `context_full` (context) where the request wants that, and what the engine raises.
        """
        sampling = _seeded(request.sampling)
        try:
            plan = self._plan(request, sampling, stop, emit)
        except Cancelled:
            return _nothing(sampling, clock() - sent)
        generation = Generation(self._engine, plan, stop, emit, clock)
        outcome = generation.run()
        if outcome != "stop_string" and generation.draft.finish(cut=outcome != "stop"):
            outcome = "stop_string"
        if outcome == "context" and request.context_full == "error":
            raise Problem("context_full", context=plan.context)
        return self._finished(generation, plan, outcome, (sent, clock()))

    def render(self, request: ReplyRequest, stop: StopFlag) -> Rendered:
        """The prompt that `run` would send, however long it is.

        Raises:
            Problem: like `run`, but for `prompt_too_long` and what a generation raises.
            Cancelled: `stop` was set.
        """
        prompt = self._prompt(request, stop)
        return Rendered(prompt.text, self._encoder.pieces(prompt.tokens), block(prompt.text))

    def _plan(self, request: ReplyRequest, sampling: Sampling, stop: StopFlag, emit: Emit) -> Plan:
        images, audios = self._images(request), self._audios(request)
        prompt, context = self._prompt(request, stop), self._report.context
        places = prompt.text.count(self._report.image_token) if images else 0
        if places != len(images):
            raise Problem("image_count", images=len(images), places=places)
        places = prompt.text.count(self._report.audio_token) if audios else 0
        if places != len(audios):
            raise Problem("audio_count", audios=len(audios), places=places)
        if len(prompt.tokens) >= context:
            raise Problem("prompt_too_long", prompt_tokens=len(prompt.tokens), context=context)
        emit(PromptBuilt(prompt.text, prompt.template.sha256))
        return Plan(prompt.tokens, request, sampling, _terms(request, prompt), context, images, audios)

    def _prompt(self, request: ReplyRequest, stop: StopFlag) -> _Prompt:
        template = self._template(request)
        on = request.thinking.on
        if request.thinking.budget == 0 and template.switch == "switch":
            on = False
        wish = request.thinking
        rendered = template.render(
            request.messages, request.tools, on, effort=wish.effort, preserve=wish.preserve, stop=stop
        )
        text = self._encoder.prompt(rendered)
        if stop.is_set():
            raise Cancelled
        tokens = self._encoder.tokens(text, special=True)
        if not tokens:
            raise Problem("prompt_empty")
        return _Prompt(text, tokens, template, on)

    def _images(self, request: ReplyRequest) -> tuple[bytes, ...]:
        """The images of all messages, in the order of their places in the prompt."""
        images = tuple(image for message in request.messages for image in message.images)
        if images and not self._report.image_token:
            raise Problem("images_unsupported")
        return images

    def _audios(self, request: ReplyRequest) -> tuple[bytes, ...]:
        """The recordings of all messages, in the order of their places in the prompt."""
        audios = tuple(audio for message in request.messages for audio in message.audios)
        if audios and not self._report.audio_token:
            raise Problem("audio_unsupported")
        return audios

    def _template(self, request: ReplyRequest) -> ChatTemplate:
        source = request.template or self._report.template or CHATML
        return compiled(source, self._report.bos, self._report.eos)

    def _finished(
        self, generation: Generation, plan: Plan, outcome: Outcome, times: tuple[float, float]
    ) -> Finished:
        draft, prompt_tokens = generation.draft, generation.prompt_tokens
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


def _terms(request: ReplyRequest, prompt: _Prompt) -> Terms:
    left = block(prompt.text)
    free = request.json_schema is not None and (left == "open" or (left == "absent" and _may_think(prompt)))
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


def _may_think(prompt: _Prompt) -> bool:
    """Whether the model is expected to open the block itself."""
    return prompt.template.switch == "switch" if prompt.on is None else prompt.on


def _reason(outcome: Outcome, *, called: bool) -> FinishReason:
    reason = _REASONS[outcome]
    return "tool_calls" if called and reason == "stop" else reason


def _nothing(sampling: Sampling, seconds: float) -> Finished:
    """Cancelled before the engine was asked."""
    timings = Timings(None, None, None, total_s=seconds)
    return Finished("cancelled", "", "", (), Usage(0, 0, 0), timings, sampling)
