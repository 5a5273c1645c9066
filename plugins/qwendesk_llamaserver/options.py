"""What a user can choose when a model is loaded with this runtime."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.llama import LlamaOptions
from qwendesk.api.options import option
from qwendesk.api.words import N_


@dataclass(frozen=True, slots=True)
class LlamaServerOptions(LlamaOptions):
    """Load options; `binary` empty means the engine of the installed wheel."""

    threads: int | None = option(
        None,
        N_("Threads"),
        N_(
            "Processor threads for the model. More than there are cores makes it slower. "
            "Unset: one less than there are physical cores."
        ),
        minimum=1,
        maximum=512,
        unset=N_("automatic"),
    )
    batch: int = option(
        256,
        N_("Batch"),
        N_("Tokens of the prompt processed in one go. A stop is felt after each batch."),
        minimum=32,
        maximum=8192,
        step=32,
        unit=N_("tokens"),
        advanced=True,
    )
    ubatch: int = option(
        256,
        N_("Physical batch"),
        N_("Tokens computed together inside a batch. Larger ones can be faster and take more memory."),
        minimum=32,
        maximum=8192,
        step=32,
        unit=N_("tokens"),
        advanced=True,
    )
    cache_reuse: int = option(
        0,
        N_("Shifted reuse"),
        N_("Reuse cached pieces at least this long where a prompt changed in its middle; 0 turns it off."),
        minimum=0,
        maximum=65536,
        unit=N_("tokens"),
        advanced=True,
    )
    binary: str = option(
        "",
        N_("Own llama-server"),
        N_("A llama-server program to use instead of the built-in engine."),
        kind="path",
        advanced=True,
    )
