"""Where packages come from: what uv is configured with, else what pip is; QwenDesk itself names no index."""

from __future__ import annotations

import configparser
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from qwendesk.runtimes.engines.uv import Uv
from qwendesk.system.exchange import host_of

_GIVEN = re.compile(r'given: Some\(\s*"(https?://[^"]+)"')
_FLAT = re.compile(r"(?:indexes|flat_index): \[\s*[^\]\s]")
_DEFAULT = re.compile(r"by\s+default:\s+<(https?://[^>]+)>")
_FROM_PIP = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS"}


def variables(uv: Uv) -> dict[str, str]:
    """uv's variables for the indexes that pip is configured with; empty where uv has its own settings."""
    if _FLAT.search(_settings(uv)):
        return {}
    asked = {**_pip_files(os.environ), **_pip_variables(os.environ)}
    found = {_FROM_PIP[name]: value.split() for name, value in asked.items() if name in _FROM_PIP}
    joined = {name: ("," if name == "UV_FIND_LINKS" else " ").join(value) for name, value in found.items()}
    # pip looks into all of its indexes alike.
    return joined | ({"UV_INDEX_STRATEGY": "unsafe-best-match"} if "UV_INDEX" in joined else {})


def are_chosen(uv: Uv) -> bool:
    """Whether somebody set an index or a folder of wheels, so that uv does not ask its own."""
    return _FLAT.search(_settings(uv)) is not None


def hosts(uv: Uv) -> list[str]:
    """The hosts of the indexes that uv would ask, as it says itself; no credentials."""
    told = _settings(uv)
    given = [host_of(one) for one in _GIVEN.findall(told)]
    if "default: true" not in told:
        usual = _DEFAULT.search(uv.ask("pip", "install", "--help"))
        given += [host_of(usual.group(1))] if usual else []
    return list(dict.fromkeys(one for one in given if one))


def _settings(uv: Uv) -> str:
    """What uv would work with, for nothing at all."""
    told = uv.ask("pip", "install", "--show-settings", "--dry-run", "pip")
    return told[told.find("index_locations") :].partition("python:")[0]


def _pip_variables(environment: Mapping[str, str]) -> dict[str, str]:
    names = {one: f"PIP_{one.upper().replace('-', '_')}" for one in _FROM_PIP}
    return {one: environment[name] for one, name in names.items() if environment.get(name)}


def _pip_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The sections that `pip install` reads, of every file that it reads; later ones win."""
    parser = configparser.RawConfigParser()
    chosen = environment.get("PIP_CONFIG_FILE")
    try:
        parser.read(
            [] if chosen == os.devnull else [*_places(environment), *([chosen] if chosen else [])], "utf-8"
        )
    except (configparser.Error, UnicodeDecodeError):
        return {}
    values: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            values |= dict(parser.items(section))
    return values


def _places(environment: Mapping[str, str]) -> list[Path]:
    """Those of the computer, of the user, and of our own environment, as pip's guide names them."""
    home = Path.home()
    if sys.platform == "win32":
        roots = (environment.get("PROGRAMDATA", ""), environment.get("APPDATA", ""))
        found = [Path(one) / "pip" / "pip.ini" for one in roots if one]
        return [*found, Path(sys.prefix) / "pip.ini"]
    shared = environment.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    own = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    mac = [home / "Library" / "Application Support" / "pip" / "pip.conf"] if sys.platform == "darwin" else []
    folders = [Path(one) / "pip" / "pip.conf" for one in shared.split(":") if one]
    users = [home / ".pip" / "pip.conf", own / "pip" / "pip.conf"]
    return [*folders, Path("/etc/pip.conf"), *mac, *users, Path(sys.prefix) / "pip.conf"]
