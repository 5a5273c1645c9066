"""Example content for the docks about models and for the first page, in every state."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from qwendesk.api.http import Purpose
from qwendesk.api.problem import Note
from qwendesk.api.sources import LocalModel, RemoteFile, RemoteModel
from qwendesk.models import discovery
from qwendesk.models.advisor.wish import Pick
from qwendesk.models.discovery import Find, Shown, Wish
from qwendesk.models.downloads.pull import FileState, Pull, PulledFile
from qwendesk.models.entry import LibraryEntry
from qwendesk.models.facts import Quantization
from qwendesk.models.model import Model
from qwendesk.models.neighbours import Neighbour
from qwendesk.models.prospect import Space
from qwendesk.models.shelf import Remark
from qwendesk.models.summary import Summary
from qwendesk.models.verifying import Verified
from qwendesk.system.exchange import Exchange
from qwendesk.ui.chat.firstrun import FirstRun
from qwendesk.ui.examples import empty
from qwendesk.ui.room import Room
from qwendesk.ui.welcoming import show_found, show_pick
from qwendesk.words import requests
from qwendesk.words.problems import Sentence, word

_SPACE = Space(memory=12_400_000_000, disk=180_000_000_000)
_HASH = "9f" * 32
_ROOT = Path("/home/kim/.local/share/qwendesk/models")
_HUB = "Hugging Face"


def _pull(number: int, name: str, size: int, share: float, state: FileState, **more: Any) -> Pull:
    repo, _, label = name.partition(":")
    problem = more.pop("problem", None)
    file = PulledFile(
        number,
        RemoteFile(f"{repo}-{label}.gguf", size, _HASH),
        state,
        round(size * share),
        problem,
    )
    pull = Pull(number, "huggingface", (), repo, "c0ffee12", label, _ROOT, False, 0.0, (file,))
    return replace(pull, **more)


def _pulls() -> list[Pull]:
    stalled = Note("connection_failed", {"host": "huggingface.co", "detail": "timed out"})
    return [
        _pull(1, "unsloth/Qwen3.5-9B-GGUF:Q4_K_M", 5_680_522_464, 0.62, "running", speed=14_200_000.0),
        _pull(2, "Qwen/Qwen3-4B-GGUF:Q4_K_M", 2_497_280_256, 0.0, "queued"),
        _pull(3, "Qwen/Qwen3-VL-8B-Instruct-GGUF:Q8_0", 8_709_518_624, 0.31, "queued", paused=True),
        _pull(4, "unsloth/Qwen3.5-4B-GGUF:UD-Q4_K_XL", 3_580_000_000, 0.08, "failed", problem=stalled),
        _pull(5, "Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:Q4_K_M", 4_683_073_536, 1.0, "done"),
    ]


def _held(room: Room) -> None:
    full = Note("download_disk_full", {"path": "/home/kim/.local/share/qwendesk/models"})
    waiting = [replace(one, speed=None) for one in _pulls()[1:3]]
    room.views.downloads.show_pulls(waiting, full)


def _entry(name: str, size: int, **more: Any) -> LibraryEntry:
    repo, _, quant = name.partition(":")
    title = f"{repo.rpartition('/')[2].removesuffix('-GGUF')}-{quant}"
    path = _ROOT / repo / f"{title}.gguf"
    summary = Summary(
        "gguf",
        context=262144,
        licence="apache-2.0",
        quantization=Quantization(quant, quant),
        quantized_by="Unsloth",
    )
    model = Model(name, title, path, "gguf", quant, size)
    made = LibraryEntry(model, summary, str(_ROOT), "", repo, added=time.time() - 86400 * 9)
    return replace(made, **more)


def _entries(room: Room) -> list[LibraryEntry]:
    now = time.time()
    broken = Note("model_truncated", {"path": "x.gguf", "size": 1_200_000_000, "expected": 2_497_280_256})
    good = Verified("verified", now - 7200, "hub", ())
    return [
        _entry(
            "unsloth/Qwen3.5-9B-GGUF:Q4_K_M",
            5_680_522_464,
            verified=good,
            remark=Remark(("daily",), "", now - 7200),
        ),
        _entry("Qwen/Qwen3-4B-GGUF:Q4_K_M", 2_497_280_256, verified=good, remark=Remark(used=now - 200_000)),
        _entry("Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:Q8_0", 8_098_525_888, origin="LM Studio", root=""),
        _entry("Qwen/Qwen3-30B-A3B-GGUF:Q4_K_M", 18_556_685_824, away=True),
        _entry("acme/half-GGUF:Q4_K_M", 1_200_000_000, summary=Summary("gguf", problem=broken)),
        _entry("acme/bent-GGUF:Q6_K", 3_300_000_000, verified=replace(good, state="differs")),
        *room.app.library.entries(),
    ]


def _library(room: Room) -> None:
    view = room.views.library
    view.show_runtimes({"gguf": ("llama.cpp",)})
    view.show_entries(_entries(room))
    view.mark(view.list.rows.things[0].model)


def _library_about(room: Room) -> None:
    _library(room)
    room.views.library.card.fold.open_body()


def _library_verifying(room: Room) -> None:
    _library(room)
    room.views.library.card.fold.close_body()
    room.views.library.card.show_verifying((2_340_000_000, 5_680_522_464))


def _library_only(room: Room) -> None:
    room.views.library.card.show_verifying(None)
    room.views.library.show_entries(room.app.library.entries())


def _library_nothing(room: Room) -> None:
    _library(room)
    room.views.library.field.setText("llama")


def _shown(wish: Wish | None = None) -> list[Shown]:
    return discovery.shown(discovery.offered(), wish or Wish(), _SPACE)


def _discover(room: Room) -> None:
    room.views.library.field.clear()
    room.views.discover.show_list()
    room.views.discover.show_found(_shown(), "")
    room.views.discover.list.setCurrentIndex(room.views.discover.list.rows.index(1))


def _discover_hub(room: Room) -> None:
    hub = "huggingface"
    remote = [
        RemoteModel(
            "huggingface", "unsloth/Qwen3.5-9B-GGUF", "", 812_345, 640, "2026-10-01", licence="apache-2.0"
        ),
        RemoteModel(
            "huggingface", "Qwen/Qwen3-4B-GGUF", "", 410_200, 120, "2026-05-01", licence="apache-2.0"
        ),
        RemoteModel(hub, "someone/Mystery-7B-GGUF", "", 1_204, 3, "2026-09-12", gated=True),
    ]
    finds = discovery.answered("huggingface", remote)
    room.views.discover.show_found(discovery.shown(finds, Wish(), _SPACE), _HUB)


def _find(title: str) -> Find:
    return next(one for one in discovery.offered() if one.title == title)


def _discover_model(room: Room) -> None:
    find = _find("Qwen3.5-9B")
    view = room.views.discover
    view.show_find(find, discovery.offers(find, _SPACE))
    view.offers.show_states({"unsloth/Qwen3.5-9B-GGUF:UD-Q4_K_XL": "here"})


def _discover_card(room: Room) -> None:
    find = _find("QwQ-32B")
    room.views.discover.show_find(find, discovery.offers(find, _SPACE))
    card = "# QwQ-32B\n\nQwQ is the reasoning model of the Qwen series.\n\n## Requirements\n\nllama.cpp."
    room.views.discover.offers.show_card(card)
    room.views.discover.offers.fold.open_body()


def _network(room: Room) -> None:
    now = time.time()
    repo, hub = "unsloth/Qwen3.5-9B-GGUF", "huggingface.co"
    file, search = Purpose("pull", "file", repo), Purpose("search", "model list")
    made = [
        Exchange("cdn.hf.co", "GET", file, now - 60, 812, 3_521_000_000, 206),
        Exchange(hub, "GET", file, now - 61, 790, 1_204, 302, 0.2),
        Exchange(hub, "GET", Purpose("pull", "file list", repo), now - 62, 640, 18_204, 200, 0.3),
        Exchange(hub, "GET", search, now - 90, 612, 48_204, 200, 0.4),
        Exchange(hub, "GET", search, now - 400, 0, 0, None, 0.0, "offline"),
        Exchange("hf-mirror.com", "GET", file, now - 90_000, 700, 0, None, 15.0, "connection_failed"),
    ]
    room.views.network.blockSignals(True)  # nor is the real ledger asked for
    room.views.network.show_offline(False, fixed=False)
    room.views.network.show_exchanges(made)
    room.window.status.show_privacy(requests.privacy(made, now - 3600, offline=False))


def _network_empty(room: Room) -> None:
    room.views.network.blockSignals(True)
    room.views.network.show_offline(True, fixed=False)
    room.views.network.show_exchanges([])


def _error() -> Sentence:
    return word(Note("offline", {}))


def _with_page(room: Room, fill: Callable[[FirstRun], None]) -> None:
    page = FirstRun()
    empty(room)
    room.window.chat.set_first_page(page)
    fill(page)


def _pick() -> Pick:
    return Pick(
        "recommended",
        "unsloth/Qwen3.5-9B-GGUF:Q4_K_M",
        "Qwen3.5-9B",
        "unsloth/Qwen3.5-9B-GGUF",
        "Q4_K_M",
        "unsloth",
        False,
        "llamaserver",
        8192,
        (),
        6_300_000_000,
        False,
        5_680_522_464,
        9.4,
        "apache-2.0",
        70.0,
        Note("advice_recommended", {"model": "Qwen3.5-9B", "size": 6_300_000_000, "speed": "9.4"}),
        Note(
            "advice_larger_memory", {"model": "Qwen3.6-27B", "size": 18_300_000_000, "most": 12_400_000_000}
        ),
    )


def first_page(room: Room) -> None:
    """The three ways, all found."""

    def fill(page: FirstRun) -> None:
        show_pick(page, _pick())
        models = [
            Neighbour(LocalModel("Qwen3-4B", "a.gguf", "LM Studio"), 2_497_280_256, False),
            Neighbour(LocalModel("qwen3:8b", "b", "Ollama"), 5_225_374_720, False),
        ]
        show_found(page, models)

    _with_page(room, fill)


def first_page_loading(room: Room) -> None:
    """The three ways while this computer is looked at."""

    def fill(page: FirstRun) -> None:
        page.advised.show_loading("Looking at memory, disk and speed of this computer…")
        page.existing.show_loading("Looking into the folders of LM Studio, Ollama and others…")

    _with_page(room, fill)


def first_page_nothing(room: Room) -> None:
    """Neither a model that fits nor one that is here."""
    few = Note("advice_no_memory", {"model": "Qwen3.5-0.8B", "size": 900_000_000, "most": 400_000_000})

    def fill(page: FirstRun) -> None:
        page.advised.show_problem(word(few))
        show_found(page, [])

    _with_page(room, fill)


DOCKS: dict[str, tuple[str, Callable[[Room], None]]] = {
    "library-loading": ("library", lambda room: room.views.library.show_loading()),
    "library-error": ("library", lambda room: room.views.library.show_error(_error())),
    "library": ("library", _library),
    "library-about": ("library", _library_about),
    "library-verifying": ("library", _library_verifying),
    "library-only-seedling": ("library", _library_only),
    "library-nothing": ("library", _library_nothing),
    "discover-loading": ("discover", lambda room: room.views.discover.show_searching(_HUB)),
    "discover-error": ("discover", lambda room: room.views.discover.show_error(_error())),
    "discover-nothing": ("discover", lambda room: room.views.discover.show_found([], _HUB)),
    "discover-hub": ("discover", _discover_hub),
    "discover-model": ("discover", _discover_model),
    "discover-card": ("discover", _discover_card),
    "discover": ("discover", _discover),
    "downloads-empty": ("downloads", lambda room: room.views.downloads.show_pulls([], None)),
    "downloads-loading": ("downloads", lambda room: room.views.downloads.show_loading()),
    "downloads-error": ("downloads", lambda room: room.views.downloads.show_error(_error())),
    "downloads-held": ("downloads", _held),
    "downloads": ("downloads", lambda room: room.views.downloads.show_pulls(_pulls(), None)),
    "network-empty": ("network", _network_empty),
    "network": ("network", _network),
}
STATES: dict[str, Callable[[Room], None]] = {
    "first": first_page,
    "first-loading": first_page_loading,
    "first-nothing": first_page_nothing,
}
