"""ModelScope, the hub that Qwen's makers publish to as well."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.sources import SourceSpec
from qwendesk_modelscope.options import ModelScopeOptions


@hookimpl
def register_model_sources() -> Sequence[SourceSpec]:
    return (
        SourceSpec(
            "modelscope",
            "ModelScope",
            "qwendesk_modelscope.service:ModelScope",
            kind="hub",
            rank=90,
            options=ModelScopeOptions,
            token="MODELSCOPE_API_TOKEN",  # noqa: S106 (the name of a variable)
        ),
    )
