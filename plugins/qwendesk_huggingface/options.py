"""What can be set for the Hugging Face hub."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.options import option
from qwendesk.api.words import N_


@dataclass(frozen=True, slots=True)
class HuggingFaceOptions:
    """Names as in the settings file, below "hub.huggingface"."""

    endpoint: str = option(
        "",
        N_("Address"),
        N_("The hub, or a mirror of it that is asked instead. Unset: $HF_ENDPOINT, else huggingface.co."),
        kind="address",
        unset="https://huggingface.co",
    )
    mirrors: str = option(
        "",
        N_("Further mirrors"),
        N_(
            "Places for the same files, tried when the first one fails, separated by spaces. "
            "Your token does not go there."
        ),
        kind="addresses",
        unset=N_("none"),
    )
