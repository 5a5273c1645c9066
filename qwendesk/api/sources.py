"""Where models come from: a hub, a mirror, folders on this computer.

A source finds and locates. It never transfers: that belongs to `qwendesk.models.downloads`, through the
one HTTP door, with the checks that all sources share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from qwendesk.api.http import Http
from qwendesk.api.problem import Note

Sort = Literal["relevance", "downloads", "likes", "updated"]


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """A repository. `gated`: the hub wants an account that accepted its terms. Unknowns are None."""

    source: str
    repo: str
    summary: str = ""
    downloads: int | None = None
    likes: int | None = None
    updated: str | None = None
    gated: bool = False
    licence: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository at a revision.

    Args:
        path: relative, with forward slashes; checked against traversal by whoever writes it.
        size: in bytes.
        sha256: hexadecimal, where the hub tells it; `git_sha1` is that of the git blob of small files.
    """

    path: str
    size: int
    sha256: str | None = None
    git_sha1: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a repository; `revision` is the commit that they are pinned to."""

    model: RemoteModel
    revision: str
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True, slots=True)
class Location:
    """Where the bytes of a file are: one address, with headers that stay secret."""

    url: str
    secret: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A file that is on this computer already, used where it lies and never changed.

    `origin` says whose it is ("LM Studio", "Ollama"); `name` is what it is called there. `mmproj` is its
    projector, where that does not simply lie beside it.
    """

    name: str
    path: str
    origin: str
    repo: str = ""
    mmproj: str = ""


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What a source may use."""

    http: Http
    setting: Callable[[str], str]
    secret: Callable[[str], str | None]


class ModelSource(Protocol):
    """A hub. Methods block, may be called from any thread, and raise Problems."""

    def search(
        self, text: str, *, author: str = "", sort: Sort = "relevance", limit: int = 50
    ) -> Sequence[RemoteModel]:
        """Repositories that fit the text."""
        ...

    def list_files(self, repo: str, revision: str = "") -> Listing:
        """The files of a repository; an empty revision means the default branch.

        Raises:
            Problem: `repo_missing` (repo), `repo_gated` (repo, url), `hub_unauthorized`, `hub_busy`
                (seconds), `hub_failed` (host, status), and what the door raises.
        """
        ...

    def locate(self, listing: Listing, file: RemoteFile) -> Sequence[Location]:
        """Addresses of one file, the best first; all of them give the same bytes."""
        ...

    def model_card(self, repo: str) -> str:
        """The repository's README as text."""
        ...


class LocalSource(Protocol):
    """Folders of other programs."""

    def found(self) -> Sequence[LocalModel]:
        """What is there now; folders that are missing or cannot be read cost only themselves."""
        ...


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source's descriptor.

    Args:
        id: short and stable, as in `pull --source ID`.
        service: "package.service:Class", made with a SourceContext in the application's process.
        kind: "hub" (a ModelSource) or "local" (a LocalSource).
        rank: the highest comes first.
        note: something to know before using it.
        options: what the user can set, a dataclass of options; a source reads them as
            `context.setting("hub.ID.NAME")`, or "sources.ID.NAME" for a local one.
        token: the environment variable of the token that a hub knows its users by; empty where it has none.
    """

    id: str
    title: str
    service: str
    kind: Literal["hub", "local"]
    rank: int = 0
    note: Note | None = None
    options: type | None = None
    token: str = ""

    @property
    def prefix(self) -> str:
        """Where its settings stand: the part of their names before the option's."""
        return f"hub.{self.id}" if self.kind == "hub" else f"sources.{self.id}"
