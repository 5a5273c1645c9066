"""ModelScope's routes, asked directly (see docs/decisions/0006-modelscope-without-its-sdk.md)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from qwendesk.api.http import Purpose
from qwendesk.api.problem import Problem
from qwendesk.api.sources import Listing, Location, RemoteFile, RemoteModel, Sort, SourceContext
from qwendesk_modelscope.client import Client

HUB = "https://www.modelscope.cn"
_SORTS = {"downloads": "DownloadsCount", "likes": "StarsCount", "updated": "GmtModified"}
_MOST_PER_PAGE = 100
_CARD_BYTES = 1 << 20
_LAST = 253_402_300_799  # the last second that a date can name


class ModelScope:
    """A `qwendesk.api.sources.ModelSource`."""

    def __init__(self, context: SourceContext) -> None:
        self._context = context
        self._client = Client(context)

    @property
    def endpoint(self) -> str:
        """The hub: the one the user set, else $MODELSCOPE_ENDPOINT, else modelscope.cn."""
        set_here = self._context.setting("hub.modelscope.endpoint")
        return (set_here or os.environ.get("MODELSCOPE_ENDPOINT", "") or HUB).strip().rstrip("/")

    def search(
        self, text: str, *, author: str = "", sort: Sort = "relevance", limit: int = 50
    ) -> Sequence[RemoteModel]:
        wanted = {
            "PageSize": min(limit, _MOST_PER_PAGE),
            "PageNumber": 1,
            "SortBy": _SORTS.get(sort, "Default"),
            "Target": "",
            "SingleCriterion": [],
            "Name": f"{author}/{text}" if author and text else author or text,
        }
        purpose = Purpose("search", "model list")
        data = self._client.data(f"{self.endpoint}/api/v1/dolphin/models", purpose, "", body=wanted)
        found = _list(_dict(data.get("Model") or data).get("Models"))
        models = [_model(_dict(one)) for one in found]
        return [one for one in models if not author or one.repo.lower().startswith(f"{author.lower()}/")][
            :limit
        ]

    def list_files(self, repo: str, revision: str = "") -> Listing:
        _check(repo)
        at, purpose = f"{self.endpoint}/api/v1/models/{repo}", Purpose("pull", "file list", repo)
        model = _model(self._client.data(at, purpose, repo), repo)
        branch = revision or "master"
        query = f"?Revision={quote(branch, safe='')}&Recursive=True"
        files = self._client.data(f"{at}/repo/files{query}", purpose, repo)
        listed = [_dict(one) for one in _list(files.get("Files"))]
        return Listing(model, branch, tuple(_file(one) for one in listed if one.get("Type") != "tree"))

    def locate(self, listing: Listing, file: RemoteFile) -> Sequence[Location]:
        query = f"Revision={quote(listing.revision, safe='')}&FilePath={quote(file.path, safe='')}"
        url = f"{self.endpoint}/api/v1/models/{listing.model.repo}/repo?{query}"
        return (Location(url, self._client.secret()),)

    def model_card(self, repo: str) -> str:
        _check(repo)
        listing = Listing(RemoteModel("modelscope", repo), "master", ())
        location = self.locate(listing, RemoteFile("README.md", 0))[0]
        return self._client.text(location.url, Purpose("search", "model card", repo), repo, _CARD_BYTES)


def _check(repo: str) -> None:
    if repo.count("/") != 1 or quote(repo) != repo or any(one in ("", ".", "..") for one in repo.split("/")):
        raise Problem("repo_name_wrong", repo=repo)


def _model(data: dict[str, Any], repo: str = "") -> RemoteModel:
    updated = _number(data.get("LastUpdatedTime")) or 0
    licence = data.get("License")
    return RemoteModel(
        source="modelscope",
        repo=repo or f"{data.get('Path', '')}/{data.get('Name', '')}",
        summary=str(data.get("ChineseName") or ""),
        downloads=_number(data.get("Downloads")),
        likes=_number(data.get("Stars")),
        updated=datetime.fromtimestamp(updated, UTC).isoformat() if 0 < updated < _LAST else None,
        licence=str(licence).lower() if licence else None,
    )


def _file(entry: dict[str, Any]) -> RemoteFile:
    path, size = entry.get("Path"), _number(entry.get("Size"))
    if not isinstance(path, str) or size is None:
        raise Problem("hub_answer_wrong", host="ModelScope", detail="a file without path or size")
    sha256 = str(entry.get("Sha256") or "").lower()
    return RemoteFile(path, size, sha256=sha256 if len(sha256) == 64 else None)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53 else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
