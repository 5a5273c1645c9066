"""The hub through huggingface_hub, whose requests take the application's own HTTP door.

The library finds repositories and lists files. It downloads nothing: it restarts failed files at their first
byte and does not check what it got, so that transfer is `qwendesk.models.downloads`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.api.http import Purpose
from qwendesk.api.sources import Listing, Location, RemoteFile, RemoteModel, Sort, SourceContext
from qwendesk_huggingface.addresses import Addresses
from qwendesk_huggingface.library import Library, failures

_SORTS = {"downloads": "downloads", "likes": "likes", "updated": "last_modified"}
_CARD_BYTES = 1 << 20


class HuggingFace:
    """A `qwendesk.api.sources.ModelSource`."""

    def __init__(self, context: SourceContext) -> None:
        self._addresses = Addresses(context)
        self._context = context
        self._library = Library(context)

    def search(
        self, text: str, *, author: str = "", sort: Sort = "relevance", limit: int = 50
    ) -> Sequence[RemoteModel]:
        with failures(self._addresses.endpoint, ""), self._library.doing(Purpose("search", "model list")):
            found = self._library.api(self._addresses.endpoint).list_models(
                search=text or None, author=author or None, sort=_SORTS.get(sort), limit=limit
            )
            return [_model(one) for one in found]

    def list_files(self, repo: str, revision: str = "") -> Listing:
        endpoint = self._addresses.endpoint
        api = self._library.api(endpoint)
        with failures(endpoint, repo), self._library.doing(Purpose("pull", "file list", repo)):
            info = api.model_info(repo, revision=revision or None)
            commit = info.sha or revision or "main"
            tree = api.list_repo_tree(repo, recursive=True, revision=commit)
            files = tuple(_file(one) for one in tree if hasattr(one, "blob_id"))
        return Listing(_model(info), commit, files)

    def locate(self, listing: Listing, file: RemoteFile) -> Sequence[Location]:
        return self._addresses.of_file(listing.model.repo, listing.revision, file.path)

    def model_card(self, repo: str) -> str:
        location = self._addresses.of_file(repo, "main", "README.md")[0]
        return self._library.text(location, Purpose("search", "model card", repo), repo, _CARD_BYTES)


def _model(info: object) -> RemoteModel:
    """What `ModelInfo` says; any of it may be missing on a mirror."""
    tags = tuple(str(one) for one in getattr(info, "tags", None) or ())
    updated = getattr(info, "last_modified", None)
    licence = next((one.removeprefix("license:") for one in tags if one.startswith("license:")), None)
    return RemoteModel(
        source="huggingface",
        repo=str(getattr(info, "id", "")),
        summary=str(getattr(info, "pipeline_tag", None) or ""),
        downloads=getattr(info, "downloads", None),
        likes=getattr(info, "likes", None),
        updated=updated.isoformat() if updated else None,
        gated=bool(getattr(info, "gated", False)),
        licence=licence,
        tags=tags,
    )


def _file(entry: object) -> RemoteFile:
    large = getattr(entry, "lfs", None)
    path, size = str(getattr(entry, "path", "")), int(getattr(entry, "size", 0))
    if large is not None:
        return RemoteFile(path, int(large.size), sha256=str(large.sha256).lower())
    return RemoteFile(path, size, git_sha1=str(getattr(entry, "blob_id", "") or "").lower() or None)
