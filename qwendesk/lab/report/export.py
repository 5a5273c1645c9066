"""The ways to write a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from qwendesk.lab.report.data import document
from qwendesk.lab.report.markdown import markdown
from qwendesk.lab.report.page import page
from qwendesk.lab.report.report import Report
from qwendesk.lab.report.sheet import sheet

Format = Literal["html", "md", "csv", "json"]
_WRITERS: Mapping[Format, Callable[[Report], str]] = {
    "html": page,
    "md": markdown,
    "csv": sheet,
    "json": document,
}


def export(report: Report, format: Format) -> str:
    """The text of a file, which UTF-8 has bytes for; CSV has its own line ends, so write it as it is."""
    return _WRITERS[format](report).encode("utf-8", "replace").decode("utf-8")
