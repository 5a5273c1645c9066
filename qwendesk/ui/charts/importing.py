"""pyqtgraph, imported when the first chart is shown: numpy elsewhere, what knows Qt here in slices.

The whole import takes a fifth of a second. Most of it is PySide6 making every class of Qt, because pyqtgraph
looks each of them up, and the rest is one package that imports all of its modules in a row: both are done
step by step, so that the window can paint in between.
"""

from __future__ import annotations

import ast
import os
import sys
import threading
from contextlib import suppress
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec

from qwendesk.api.problem import Problem
from qwendesk.ui.slices import Work

_NAME = "pyqtgraph"
_QT = ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtTest", "QtOpenGL", "QtOpenGLWidgets")
_LARGE = {
    "colormap": ("debug", "functions"),
    "graphicsItems.ColorBarItem": (
        "graphicsItems.ViewBox",
        "graphicsItems.LinearRegionItem",
        "graphicsItems.PlotDataItem",
        "graphicsItems.PlotItem",
    ),
}
"""Modules of it that import many others, and which those are."""
_WITHOUT_QT = (
    "numpy",
    "numpy.typing",
    "colorama",
    "xml.etree.ElementTree",
    "multiprocessing.connection",
    "cProfile",
    "profile",
    "pydoc",
)


def import_elsewhere() -> None:
    """What pyqtgraph needs and knows no Qt. Blocks; for a background thread. Raises `charts_missing`."""
    try:
        for name in _WITHOUT_QT:
            import_module(name)
    except ImportError as error:
        raise Problem("charts_missing", detail=str(error)) from error


def importing() -> Work:
    """The rest, in parts. Raises `charts_missing` where pyqtgraph is not installed or does not import."""
    if _NAME in sys.modules:
        return
    os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
    hooks = sys.excepthook, threading.excepthook
    try:
        yield from _making_classes()
        yield from _running(find_spec(_NAME))
    except BaseException as error:
        _drop()
        if isinstance(error, Exception):
            raise Problem("charts_missing", detail=f"{type(error).__name__}: {error}") from error
        raise
    finally:
        # Parts of it put hooks of their own in place of those for errors that nobody caught.
        sys.excepthook, threading.excepthook = hooks


def _drop() -> None:
    """A package that is half imported would be taken for a whole one."""
    for name in [one for one in sys.modules if one.partition(".")[0] == _NAME]:
        del sys.modules[name]


def _making_classes() -> Work:
    for name in _QT:
        try:
            module = import_module(f"PySide6.{name}")
        except ImportError:
            continue  # not everyone has all of them, and pyqtgraph does without
        yield
        for one in dir(module):
            getattr(module, one)
            yield


def _first_for(statement: ast.stmt) -> Work:
    """What a line would import in one go, one by one."""
    wanted = statement.module if isinstance(statement, ast.ImportFrom) else None
    for name in _LARGE.get(wanted or "", ()):
        with suppress(ImportError):  # another version keeps it elsewhere, and imports it itself
            import_module(f"{_NAME}.{name}")
        yield


def _running(spec: ModuleSpec | None) -> Work:
    """The package's own lines, one statement after the other, as importing it would run them."""
    if spec is None or spec.loader is None:
        raise ImportError(f"No module named {_NAME!r}")
    source = getattr(spec.loader, "get_source", lambda _name: None)(_NAME)
    if source is None:
        import_module(_NAME)  # packed without its source
        return
    module = module_from_spec(spec)
    sys.modules[_NAME] = module
    for statement in ast.parse(source).body:
        yield from _first_for(statement)
        part = ast.Module([statement], type_ignores=[])
        exec(compile(part, spec.origin or _NAME, "exec", dont_inherit=True), module.__dict__)  # noqa: S102
        yield
