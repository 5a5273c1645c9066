"""ModelScope, the hub that Qwen's makers publish to as well."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.sources import SourceSpec


@hookimpl
def register_model_sources() -> Sequence[SourceSpec]:
    return (
        SourceSpec(
            "modelscope",
            "ModelScope",
            "qwendesk_modelscope.service:ModelScope",
            kind="hub",
            rank=90,
        ),
    )
