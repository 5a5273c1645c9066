"""A plugin whose runtime follows a script: put where a real one goes, in a real worker process."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fakes.scripted_engine import ScriptedOptions
from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.runtimes import Machine, Probe, RuntimeSpec
from qwendesk.plugins import Found


class ScriptedPlugin:
    """Registers the runtime `scripted` for GGUF files."""

    def __init__(self, probe: Probe | None = None) -> None:
        self._answer = probe or Probe(True, "1")

    def probe(self, machine: Machine) -> Probe:
        return self._answer

    @hookimpl
    def register_runtimes(self) -> Sequence[RuntimeSpec]:
        return (
            RuntimeSpec(
                id="scripted",
                title="Scripted",
                summary="Says what a script tells it.",
                formats=("gguf",),
                devices=("cpu",),
                options=ScriptedOptions,
                capabilities=frozenset({"logprobs"}),
                engine="fakes.scripted_engine:ScriptedEngine",
                probe=self.probe,
                rank=1,
            ),
        )


def found(probe: Probe | None = None) -> Found:
    """The plugin as an entry point of ours."""
    return Found("scripted", "qwendesk", "1", lambda: ScriptedPlugin(probe))


def options(replies: Mapping[str, Any], **others: Any) -> dict[str, object]:
    """Load options that carry the script."""
    return {"replies": json.dumps(dict(replies)), **others}


def spec() -> RuntimeSpec:
    """The plugin's runtime by itself, for sessions that are started without an application."""
    return ScriptedPlugin().register_runtimes()[0]
