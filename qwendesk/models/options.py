"""What can be set about models: where they are, and how they come."""

from __future__ import annotations

from dataclasses import dataclass

from qwendesk.api.options import option
from qwendesk.api.words import N_

GB, MB = 1_000_000_000, 1_000_000


@dataclass(frozen=True, slots=True)
class LibraryOptions:
    """Names as in the settings file, below "library"."""

    roots: tuple[str, ...] = option(
        (),
        N_("Further folders with models"),
        N_("Models below these folders are in the library as well. They are used where they lie."),
        kind="folders",
    )


@dataclass(frozen=True, slots=True)
class DownloadOptions:
    """Names as in the settings file, below "downloads"."""

    root: str = option(
        "",
        N_("Folder for new models"),
        N_("A download goes to FOLDER/ORG/REPO/FILE. Unset: the folder models in the home of QwenDesk."),
        kind="folder",
        unset=N_("models in the home of QwenDesk"),
    )
    parallel: int = option(
        2, N_("Files at once"), N_("How many files are downloaded at the same time."), minimum=1, maximum=16
    )
    mb_per_second: float = option(
        0.0,
        N_("Speed limit"),
        N_("For all downloads together; 0 is none."),
        minimum=0,
        maximum=100_000,
        step=1,
        unit="MB/s",
    )
    keep_free_gb: float = option(
        1.0,
        N_("Keep free"),
        N_("So much stays free on the disk; a download that would take it waits."),
        minimum=0,
        maximum=1_000_000,
        step=1,
        unit="GB",
    )
