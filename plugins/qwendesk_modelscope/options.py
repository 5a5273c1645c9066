"""What can be set for ModelScope."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.options import option
from qwendesk.api.words import N_


@dataclass(frozen=True, slots=True)
class ModelScopeOptions:
    """Names as in the settings file, below "hub.modelscope"."""

    endpoint: str = option(
        "",
        N_("Address"),
        N_("The hub. Unset: $MODELSCOPE_ENDPOINT, else www.modelscope.cn."),
        kind="address",
        unset="https://www.modelscope.cn",
    )
