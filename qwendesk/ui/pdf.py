"""A self-contained HTML page as a PDF file, by Qt's own printing; no display is needed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

from qwendesk.api.problem import Problem

_MARGIN_MM = 18.0
_DPI = 150


def write_pdf(html: str, title: str, path: Path) -> None:
    """Blocks; may be called from any thread. The file is there whole or not at all.

    Raises:
        Problem: `export_not_saved` (path, detail).
    """
    part = path.with_name(path.name + ".part")
    writer = QPdfWriter(str(part))
    writer.setTitle(title)
    writer.setCreator("QwenDesk")
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    document.setHtml(html)
    document.print_(writer)
    del writer  # the file's end is written now
    try:
        if not part.stat().st_size:
            raise OSError("nothing was written")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Problem("export_not_saved", path=str(path), detail=error.strerror or str(error)) from error
