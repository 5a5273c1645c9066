"""Where another program keeps its models, if not where it usually does."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.options import option
from qwendesk.api.words import N_


@dataclass(frozen=True, slots=True)
class FolderOptions:
    """The name as in the settings file, below "sources.PROGRAM"."""

    folder: str = option(
        "",
        N_("Folder"),
        N_("Where its models are. Unset: where the program keeps them when nobody tells it otherwise."),
        kind="folder",
        unset=N_("the usual places"),
    )
