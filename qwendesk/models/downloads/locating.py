"""Where the bytes of a pull's file are: its source, and other hubs with the same file."""

from __future__ import annotations

from collections.abc import Sequence

from qwendesk.api.problem import Problem
from qwendesk.api.sources import Listing, Location, RemoteModel
from qwendesk.models.downloads.pull import Pull, PulledFile
from qwendesk.models.sources import Sources


def locate(sources: Sources, pull: Pull, file: PulledFile) -> list[Location]:
    """Addresses, those of the source first; a mirror counts only where it lists the same hash."""
    places = list(_at(sources, pull.source, Listing(_model(pull), pull.revision, ()), file))
    for id in pull.mirrors:
        try:
            listing = sources.hub(id)[1].list_files(pull.repo)
            same = [
                one
                for one in listing.files
                if one.path == file.remote.path and one.sha256 and one.sha256 == file.remote.sha256
            ]
            places += _at(sources, id, listing, file) if same else []
        except Problem:
            continue  # a mirror that fails costs only itself
    return places


def _at(sources: Sources, source: str, listing: Listing, file: PulledFile) -> Sequence[Location]:
    return sources.hub(source)[1].locate(listing, file.remote)


def _model(pull: Pull) -> RemoteModel:
    return RemoteModel(pull.source, pull.repo)
