"""The scripted engine, but a prompt that says "die" ends its process: a runtime `scripted` that crashes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

from fakes.scripted_engine import ScriptedEngine
from fakes.scripted_plugin import ScriptedPlugin
from qwendesk.api.engine import EngineEvent, EngineRequest, StopFlag
from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.runtimes import RuntimeSpec
from qwendesk.plugins import Found


class DeadlyEngine(ScriptedEngine):
    """See the module."""

    def generate(self, request: EngineRequest, stop: StopFlag) -> Iterator[EngineEvent]:
        if b"\ndie" in self.detokenize(request.tokens):
            os._exit(3)
        return super().generate(request, stop)


class DeadlyPlugin:
    """Registers it in the place of the scripted runtime."""

    @hookimpl
    def register_runtimes(self) -> Sequence[RuntimeSpec]:
        (spec,) = ScriptedPlugin().register_runtimes()
        return (replace(spec, engine="fakes.deadly_engine:DeadlyEngine"),)


def found() -> Found:
    """The plugin as an entry point of ours."""
    return Found("scripted", "qwendesk", "1", DeadlyPlugin)
