"""A document as a model sees it. These marks are for models, so they are not translated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qwendesk.chat.documents.document import Document

_FENCE = re.compile(r"`{3,}")


def as_prompt(document: Document) -> str:
    """The file's name, its text with a mark before each page where there are several, and its end.

    Code and tables stand in a fenced block whose fence is longer than any in the text.
    """
    return "\n".join((f"[file: {document.name}]", *_body(document), f"[end of {document.name}]"))


def _body(document: Document) -> Iterator[str]:
    if document.kind in ("code", "table"):
        yield from _fenced(document)
    elif len(document.pages) == 1:
        yield document.pages[0].text.strip("\n")
    else:
        for page in document.pages:
            text = page.text.strip("\n")
            yield f"[page {page.number}]\n{text}" if text.strip() else f"[page {page.number}: no text]"
    if not document.whole:
        yield "[the rest of the file is left out]"


def _fenced(document: Document) -> Iterator[str]:
    text = "".join(page.text for page in document.pages)
    longest = max((len(run) for run in _FENCE.findall(text)), default=2)
    fence = "`" * (longest + 1)
    yield f"{fence}{document.language}"
    yield text.rstrip("\n")
    yield fence
