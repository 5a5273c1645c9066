"""Whether a window can be shown here. Where it cannot, Qt ends the process; so it is found out before."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from qwendesk.api.problem import Problem

if TYPE_CHECKING:
    import ctypes

_WITHOUT = {"offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "eglfs", "vkkhrdisplay"}


def platforms() -> tuple[str, ...]:
    """The plugins of Qt for displays that answer; none where no display is needed.

    Raises:
        Problem: `no_display`, `display_unreachable` (display), or `qt_unusable` (detail).
    """
    if _needs_none():
        return ()
    named, missing, found = list(_ways()), "", []
    for display, answers, plugin in named:
        try:
            found += [plugin] if answers(display) else []
        except OSError as error:
            missing = str(error)
    if not named:
        raise Problem("no_display")
    if not found:
        if missing:
            raise Problem("qt_unusable", detail=missing)
        raise Problem("display_unreachable", display=named[0][0])
    return tuple(found)


def must_load(plugins: Path, found: tuple[str, ...]) -> None:
    """One of them has all libraries of the system that it needs. Raises `qt_unusable` (detail)."""
    missing = ""
    for plugin in found:
        try:
            _library(str(plugins / "platforms" / plugin))
        except OSError as error:
            missing = str(error)
        else:
            return
    if missing:
        raise Problem("qt_unusable", detail=missing)


def _needs_none() -> bool:
    return not sys.platform.startswith("linux") or bool(_wanted() & _WITHOUT)


def _wanted() -> set[str]:
    """The platforms that the user chose, if any."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    return {one.partition(":")[0] for one in chosen.split(";") if one}


def _ways() -> Iterator[tuple[str, Callable[[str], bool], str]]:
    """Displays that are named, whether one answers, and the plugin of Qt for it."""
    wanted = _wanted()
    if (display := os.environ.get("DISPLAY")) and (not wanted or "xcb" in wanted):
        yield display, _x_answers, "libqxcb.so"
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland and (not wanted or any(one.startswith("wayland") for one in wanted)):
        yield wayland, _wayland_answers, "libqwayland.so"


def _x_answers(display: str) -> bool:
    """Its own library asks: it knows who may."""
    xcb = _library("libxcb.so.1")
    connection = xcb.xcb_connect(os.fsencode(display), None)
    is_open: bool = xcb.xcb_connection_has_error(_pointer(connection)) == 0
    xcb.xcb_disconnect(_pointer(connection))
    return is_open


def _wayland_answers(display: str) -> bool:
    wayland = _library("libwayland-client.so.0")
    connection = wayland.wl_display_connect(os.fsencode(display))
    if not connection:
        return False
    wayland.wl_display_disconnect(_pointer(connection))
    return True


def _library(name: str) -> ctypes.CDLL:
    """Raises OSError with the name of what is missing."""
    import ctypes  # not in the way of a start that needs none of this

    library = ctypes.CDLL(name)
    for connect in ("xcb_connect", "wl_display_connect"):
        if hasattr(library, connect):
            getattr(library, connect).restype = ctypes.c_void_p
    return library


def _pointer(value: int) -> ctypes.c_void_p:
    import ctypes

    return ctypes.c_void_p(value)
