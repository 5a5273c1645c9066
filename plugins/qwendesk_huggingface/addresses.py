"""Which hub: the one the user set, else $HF_ENDPOINT, else huggingface.co; and mirrors of its files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from urllib.parse import quote

from qwendesk.api.sources import Location, SourceContext

HUB = "https://huggingface.co"


class Addresses:
    """Addresses, read anew each time: the window may change them."""

    def __init__(self, context: SourceContext) -> None:
        self._context = context

    @property
    def endpoint(self) -> str:
        """The hub that is asked; a mirror of Hugging Face's works as well."""
        set_here = self._context.setting("hub.huggingface.endpoint")
        return (set_here or os.environ.get("HF_ENDPOINT", "") or HUB).strip().rstrip("/")

    @property
    def mirrors(self) -> list[str]:
        """Other places for the same files (the setting's words), tried when the first one fails."""
        return [one.rstrip("/") for one in self._context.setting("hub.huggingface.mirrors").split()]

    def of_file(self, repo: str, revision: str, path: str) -> Sequence[Location]:
        """The hub first. Its token is for the hub alone: no mirror gets it."""
        tail = f"/{quote(repo)}/resolve/{quote(revision, safe='')}/{quote(path)}"
        token = self._context.secret("huggingface")
        secret = {"authorization": f"Bearer {token}"} if token else {}
        return (
            Location(self.endpoint + tail, secret),
            *(Location(one + tail) for one in self.mirrors if one != self.endpoint),
        )
