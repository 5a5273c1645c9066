"""The packages that a runtime's engine is made of, as its plugin declares them.

QwenDesk makes a Python environment of its own from such a lock. What an index offers beyond it is not
installed: an update is what a newer plugin, or a file that the user names, declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EngineVariant:
    """One build of an engine.

    Args:
        id: short and stable, as in `--variant ID` ("cpu", "cuda").
        requirements: everything that is installed, each as "name==version" with a marker where it is needed
            ("triton==3.7.1; sys_platform == 'linux'"); "torch===2.13.0" takes no local build such as
            2.13.0+cpu in its place. What a worker needs besides its engine (msgspec,
            jinja2, markupsafe) may be left out: then QwenDesk's own versions are taken.
        title: what people call it, marked with `N_`; `summary`: what it is for, a sentence.
        systems: values of `sys.platform` that it is made for; empty for all.
        torch: the build of PyTorch, by uv's name for it ("cpu", "cu130", "auto"); empty for the index's own.
        compiled: it is compiled here, which takes a compiler and minutes; `build` are environment variables
            for that.
        download_bytes, disk_bytes: about, as measured when the lock was made; 0 where nobody knows.
    """

    id: str
    requirements: tuple[str, ...]
    title: str = ""
    summary: str = ""
    systems: tuple[str, ...] = ()
    torch: str = ""
    compiled: bool = False
    build: Mapping[str, str] = field(default_factory=dict)
    download_bytes: int = 0
    disk_bytes: int = 0


@dataclass(frozen=True, slots=True)
class EngineLock:
    """What a runtime's engine needs.

    Args:
        package: whose version is the engine's; every variant pins it.
        variants: the default comes first.
        python: the lowest version of Python that works, such as "3.11".
        beside: packages that the engine works with and does not require: they come along, as the variant
            pins them, where a user names another version of `package`.
    """

    package: str
    variants: tuple[EngineVariant, ...]
    python: str = "3.11"
    beside: tuple[str, ...] = ()
