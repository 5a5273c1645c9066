"""Files attached to a question, as text that a model reads: text, code, CSV, PDF and DOCX."""

from __future__ import annotations

from qwendesk.chat.documents.document import Document, Kind, Page
from qwendesk.chat.documents.prompt import as_prompt
from qwendesk.chat.documents.reading import read_document, read_document_bytes

__all__ = ["Document", "Kind", "Page", "as_prompt", "read_document", "read_document_bytes"]
