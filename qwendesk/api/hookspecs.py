"""The hooks of a plugin, all on one screen. A plugin implements the ones it needs.

Hooks return descriptors and do no work: no heavy imports, no files, no network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qwendesk.api.exporting import ExporterSpec
from qwendesk.api.health import HealthCheck
from qwendesk.api.prompts import PromptTemplate
from qwendesk.api.runtimes import RuntimeSpec
from qwendesk.api.sources import SourceSpec

PROJECT = "qwendesk"

try:
    import pluggy
except (
    ImportError
):  # a worker in an environment that holds an engine and little else: nobody collects hooks there

    def _unmarked(function: Any = None, **_options: Any) -> Any:
        return function if function is not None else _unmarked

    hookspec: Callable[..., Any] = _unmarked
    hookimpl: Callable[..., Any] = _unmarked
else:
    hookspec = pluggy.HookspecMarker(PROJECT)
    hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_runtimes() -> Sequence[RuntimeSpec]:
    """Runtimes: ways to load a model and generate with it."""
    return ()


@hookspec
def register_health_checks() -> Sequence[HealthCheck]:
    """Health checks, each one answering ok, warn or fail with a sentence and a fix."""
    return ()


@hookspec
def register_model_sources() -> Sequence[SourceSpec]:
    """Sources of models: a hub, a mirror, folders on this computer."""
    return ()


@hookspec
def register_prompt_templates() -> Sequence[PromptTemplate]:
    """Ready-made prompts with variables: system prompts, and messages for slash commands."""
    return ()


@hookspec
def register_exporters() -> Sequence[ExporterSpec]:
    """Ways to write a conversation or a report to a file."""
    return ()
