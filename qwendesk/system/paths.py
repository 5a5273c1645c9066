"""The one place that finds the home folder and the resources."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from qwendesk.api.problem import Problem

HOME_VARIABLE = "QWENDESK_HOME"
_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Paths:
    """Where this run keeps its state. Nothing is created before `prepare`.

    `passphrase`: what was typed to open a locked home; None where nobody was asked.
    """

    home: Path
    passphrase: str | None = field(default=None, repr=False, compare=False)

    @property
    def settings(self) -> Path:
        return self.home / "settings.toml"

    @property
    def window(self) -> Path:
        """Dock layout and window geometry."""
        return self.home / "window.ini"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def database(self) -> Path:
        return self.home / "qwendesk.db"

    @property
    def attachments(self) -> Path:
        """Files that go with messages, by their hash."""
        return self.home / "attachments"

    @property
    def cache(self) -> Path:
        """What can be made again."""
        return self.home / "cache"

    @property
    def engines(self) -> Path:
        """Engine environments."""
        return self.home / "engines"

    @property
    def logs(self) -> Path:
        """What happened lately, in files that rotate."""
        return self.home / "logs"

    @property
    def prompts(self) -> Path:
        """The user's own prompts."""
        return self.home / "prompts"

    @property
    def assistants(self) -> Path:
        return self.prompts / "assistants"

    @property
    def history(self) -> Path:
        """Lines typed at the command line's prompt."""
        return self.home / "prompt-history"

    @property
    def lab(self) -> Path:
        """What the lab was asked to measure and has not finished."""
        return self.home / "lab.json"

    def prepare(self) -> Problem | None:
        """Create the home folder; a Problem (not raised) where it cannot be written: chat still works."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Problem("home_unusable", path=str(self.home), detail=error.strerror or "")
        if not os.access(self.home, os.W_OK | os.X_OK):
            return Problem("home_read_only", path=str(self.home))
        return None


def home_folder(asked: str | None = None) -> Paths:
    """The home: the one asked for, else $QWENDESK_HOME, else the system's place for application data."""
    chosen = asked or os.environ.get(HOME_VARIABLE)
    if chosen:
        return Paths(Path(os.path.expanduser(chosen)).absolute())  # noqa: PTH111 - Path raises on ~ of nobody
    import platformdirs

    return Paths(Path(platformdirs.user_data_dir("qwendesk", appauthor=False)))


def resources() -> Path:
    """The resources folder: inside the package in a wheel or a frozen app, at the root of a checkout."""
    for folder in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        if folder.is_dir():
            return folder
    raise Problem("resources_missing", path=str(_PACKAGE / "resources"))


def source_root() -> Path:
    """The folder that holds our package as plain source."""
    return _PACKAGE.parent
