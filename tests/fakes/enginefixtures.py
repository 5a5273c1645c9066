"""What tests of engine environments start from: wheels made here, and none of this computer's indexes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import engine_plugin
from fakes.index import Index
from qwendesk.app import App
from qwendesk.system.paths import Paths

_UV = [one for one in os.environ if one.startswith(("UV_", "PIP_"))]


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return engine_plugin.make_wheels(tmp_path_factory.mktemp("wheels"))


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither this computer's indexes nor its Pythons."""
    for name in _UV:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")  # nobody: a test asks no one outside


@pytest.fixture
def app(paths: Paths) -> Iterator[App]:
    with App(paths, engine_plugin.found()) as made:
        yield made


@pytest.fixture
def index(wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    with Index(wheels) as served:
        monkeypatch.setenv("UV_DEFAULT_INDEX", served.url("kim:secret@"))
        yield served
