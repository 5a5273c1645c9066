"""The scripted engine, but it prints what it is sent, as native libraries do, and more: a runtime `scripted`.

A prompt that says "raise" fails with its text, one that says "die" prints it and ends the process.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

from fakes.scripted_engine import ScriptedEngine
from fakes.scripted_plugin import ScriptedPlugin
from qwendesk.api.engine import EngineEvent, EngineRequest, StopFlag
from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.runtimes import RuntimeSpec
from qwendesk.plugins import Found


class TalkativeEngine(ScriptedEngine):
    """See the module."""

    def generate(self, request: EngineRequest, stop: StopFlag) -> Iterator[EngineEvent]:
        prompt = self.detokenize(request.tokens).decode()
        for line in (
            prompt,
            f"0.01.206.693 D slot launch_slot_: id  0 | task -1 | launching slot : {json.dumps(prompt)}",
            f"0.01.206.693 E srv    send_error: task id = 1, error: {prompt!r}",
            f"GGML_ASSERT({prompt!r}) failed",
            f"CUDA error: out of memory {prompt!r}",
            *prompt.splitlines(),
            *(f"print_info: general.name = {line}" for line in prompt.splitlines()),
            *(f"ValueError: {line}" for line in prompt.splitlines()),
            *(f'  File "/x/{line}.py", line 3, in f' for line in prompt.splitlines()),
        ):
            os.write(2, line.encode() + b"\n")
        if "raise" in prompt:
            raise ValueError(prompt)
        if "die" in prompt:
            os.write(2, f"terminate called after throwing an instance of '{prompt}'\n".encode())
            os._exit(3)
        return super().generate(request, stop)


class TalkativePlugin:
    """Registers it in the place of the scripted runtime."""

    @hookimpl
    def register_runtimes(self) -> Sequence[RuntimeSpec]:
        (spec,) = ScriptedPlugin().register_runtimes()
        return (replace(spec, engine="fakes.talkative_engine:TalkativeEngine"),)


def found() -> Found:
    """The plugin as an entry point of ours."""
    return Found("scripted", "qwendesk", "1", TalkativePlugin)
