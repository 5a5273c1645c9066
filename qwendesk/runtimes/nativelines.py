"""Which lines of a worker a log file may have: those that cannot hold what people typed.

llama.cpp's server prints tokens, prompts and parsed replies at its most verbose level, and quotes grammars
and JSON schemas in warnings at every level; an exception's text may be a prompt. A list of bad lines
would never be complete. So a line is kept where it is known to be harmless: before the worker was sent any
text (loading: the model's metadata, memory, devices), and after that in shapes with no room for words.
The tests hold the lines of real engines.
"""

from __future__ import annotations

import builtins
import re

from qwendesk.runtimes.causes import cause_of
from qwendesk.system.log.line import Level

_STAMP = re.compile(r"^[\d.]+ ([A-Z]) +")
_LEVELS: dict[str, Level] = {"E": "error", "W": "warning"}
_GRAVE = re.compile(
    r"\b(?:error|failed|fatal|abort(?:ed)?|assert|traceback|exception)\b|\w+Error\b", re.IGNORECASE
)
_DOUBTFUL = re.compile(r"\bwarn(?:ing)?\b", re.IGNORECASE)

_N = r"-?[\d.,]+"
_SLOT = rf"slot +[\w()~]{{1,16}}: id +{_N} \| task +{_N} \| +"
_CAUSES_OF_ABORT = "Segmentation fault|Aborted|Bus error|Illegal instruction|Floating point exception"
_ERRORS = "|".join(
    sorted(
        name
        for name, kind in vars(builtins).items()
        if isinstance(kind, type) and issubclass(kind, BaseException)
    )
)
_SHAPES = re.compile(
    "|".join(
        (
            rf"{_SLOT}(?:prompt eval|eval|total) time = +{_N} ms / +{_N} tokens"
            rf"(?: \( *{_N} ms per token, +{_N} tokens per second\))?",
            rf"{_SLOT}graphs reused = +{_N}",
            rf"{_SLOT}stop processing: n_tokens = {_N}, truncated = {_N}",
            rf"{_SLOT}selected slot by LRU, t_last = {_N}",
            rf"{_SLOT}processing task, is_child = {_N}",
            rf"{_SLOT}n_past was set to {_N}",
            r"srv +update_slots: all slots are idle",
            rf"srv +stop: cancel task, id_task = {_N}",
            rf"srv +send_error: task id = {_N}, error: request \({_N} tokens\) exceeds the available context"
            rf" size \({_N} tokens\), try increasing it",
            rf"srv +process_sing: failed to launch slot with task, id_task = {_N}",
            r"failed to parse grammar",
            r"srv +operator\(\): operator\(\): cleaning up before exit\.\.\.",
            r"~Server: (?:waiting for main loop exit|main loop exited)",
            rf"llama_perf_context_print: [a-z ]{{4,20}} = +{_N} ms(?: / +{_N} (?:tokens|runs))?"
            rf"(?: \( *{_N} ms per token, +{_N} tokens per second\))?",
            rf"Fatal Python error: (?:{_CAUSES_OF_ABORT})",
            rf"(?:{_CAUSES_OF_ABORT})(?: \(core dumped\))?",
            r"Traceback \(most recent call last\):",
            r"terminate called after throwing an instance of 'std::(?:bad_alloc|runtime_error|logic_error"
            r"|out_of_range|invalid_argument|length_error|system_error)'",
        )
    )
)
_FRAME = re.compile(
    r' +File "[^"]*?((?:qwendesk\w*|site-packages|python3\.\d+(?![\\/]site-))[\\/][\w.\\/-]{1,120}\.py)",'
    r" line (\d+)(?:, in [\w<>]{1,60})?"
)
_ASSERTION = re.compile(
    r"\S*?((?:ggml|llama|server|common|clip|mtmd|gguf)[\w-]{0,40}\.(?:c|cc|cpp|cu|cuh|h|hpp|m|metal)):(\d+):"
    r" .+"
)
_RAISED = re.compile(rf"(?:[a-z_][\w.]{{0,60}}\.)?({_ERRORS})(?:: .*)?")


def unstamped(line: str) -> str:
    """Without what llama.cpp's server begins a line with: when, and how serious."""
    return _STAMP.sub("", line.rstrip())


def harmless(line: str) -> str | None:
    """What may be kept of a line of a worker that was sent text; None where nothing may."""
    bare = unstamped(line)
    if _SHAPES.fullmatch(bare):
        return bare
    if found := _FRAME.fullmatch(bare):
        return f"  File {found[1]}, line {found[2]}"
    if found := _RAISED.fullmatch(bare):
        return f"{found[1]} (its text is left out)"
    cause = cause_of([bare])
    sign = f" ({cause.id})" if cause is not None else ""
    if found := _ASSERTION.fullmatch(bare):
        return f"{found[1]}:{found[2]}: failed there{sign}"
    return f"a line that says why{sign}" if sign else None


def level(line: str) -> Level:
    """How serious a line is: llama.cpp's server says so, of others their words do."""
    if found := _STAMP.match(line):
        return _LEVELS.get(found[1], "info")
    if _GRAVE.search(line):
        return "error"
    return "warning" if _DOUBTFUL.search(line) else "info"
