"""Documents as a model sees them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qwendesk.chat.documents import Document, Page, as_prompt, read_document_bytes


def test_one_page_needs_no_mark() -> None:
    document = read_document_bytes("a.txt", b"\nHello\n")
    assert as_prompt(document) == "[file: a.txt]\nHello\n[end of a.txt]"


def test_pages_are_marked() -> None:
    document = Document("a.pdf", "pdf", (Page(1, "One"), Page(2, " "), Page(3, "Three\n")))
    assert as_prompt(document) == "\n".join(
        ["[file: a.pdf]", "[page 1]", "One", "[page 2: no text]", "[page 3]", "Three", "[end of a.pdf]"]
    )


def test_a_cut_is_told() -> None:
    document = Document("a.txt", "text", (Page(1, "One"),), whole=False)
    assert "[the rest of the file is left out]\n[end of" in as_prompt(document)


def test_code_names_its_language() -> None:
    assert as_prompt(read_document_bytes("a.rs", b"fn main() {}\n")).splitlines()[1:-1] == [
        "```rust",
        "fn main() {}",
        "```",
    ]


@given(st.text("`~ab\n \t", max_size=60))
def test_no_code_can_close_its_fence(code: str) -> None:
    document = read_document_bytes("a.py", code.encode())
    body = as_prompt(document).split("\n", 1)[1].rsplit("\n", 1)[0]
    tokens = MarkdownIt().parse(body)
    assert [(token.type, token.content.rstrip("\n")) for token in tokens] == [("fence", code.rstrip("\n"))]
