"""Conversations as files: nothing lost in JSON, nothing dangerous in HTML, code untouched in Markdown."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.png import noise_png
from qwendesk.api.exporting import ExportedConversation, ExporterSpec
from qwendesk.api.hookspecs import hookimpl
from qwendesk.api.messages import ToolCall
from qwendesk.api.problem import Note
from qwendesk.api.reply import Finished, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.exporting.export import EXTENSIONS, Format, export, exported
from qwendesk.chat.exporting.markdown import closed
from qwendesk.chat.exporting.page import POLICY
from qwendesk.chat.history import History
from qwendesk.chat.importing.reading import read_conversations
from qwendesk.chat.settings import Record, Settings
from qwendesk.chat.turn import Turn
from qwendesk.plugins import Found, Plugins
from qwendesk.store.connection import Store
from qwendesk.store.conversations import ConversationRows
from qwendesk.words.exporting import labels

CODE = "Look:\n\n```python\nif a < b:\n    print('*_x_*')  # <b>\n```\n"
CALL = ToolCall("weather", {"city": "Ulm"})
FINISHED = Finished(
    "stop", "", "", (), Usage(10, 4, 142), Timings(0.1, 1.0, 52.06), Sampling(seed=7), (Note("a", {"n": 1}),)
)
RECORD = Record(
    "/m.gguf",
    "Qwen3-4B",
    "llamacpp",
    "llama.cpp",
    "0.3.36",
    {"context": 512},
    Settings(logit_bias={3: -math.inf, 4: 1.5}, stop=("x",)),
    "abc",
)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    store = Store(tmp_path / "qwendesk.db")
    made = History(ConversationRows(store), tmp_path / "attachments", lambda _: None)
    yield made
    made.close()
    store.close()


def reply(conversation: Conversation, answer: str, **values: object) -> Turn:
    finished = replace(FINISHED, answer=answer)
    turn = replace(
        conversation.answer("Qwen3 4B"), answer=answer, state="finished", finished=finished, record=RECORD
    )
    turn = replace(turn, **values)  # type: ignore[arg-type]
    if turn.finished is not None:
        turn = replace(turn, finished=replace(turn.finished, reasoning=turn.reasoning))
    conversation.put(turn)
    return turn


def talked(history: History) -> Conversation:
    """Everything that a conversation can have."""
    said = Conversation("Be *brief*.")
    files = (
        history.attach("a.txt", "text", "Attached: 合同".encode()),
        history.attach("b.png", "image", noise_png(1, 2, 2)),
    )
    said.ask("How do I compare?", attachments=files)
    first = reply(said, CODE, reasoning="Well,\n```\nunfinished")
    said.back_to(first.parent)
    second = reply(said, "", finished=replace(FINISHED, tool_calls=(CALL,)), reasoning="A tool.")
    said.told("weather", "rain </pre> ```")
    reply(said, "**Rain**, <script>alert(1)</script> ![x](https://evil.example/x.png)")
    said.back_to(second.id)
    said.told("weather", "sun")
    failed = reply(
        said, "It", state="failed", finished=None, problem=Note("reply_interrupted"), log=("boom",)
    )
    said.choose(failed.id)
    about = replace(said.about, folder="Work", pinned=True, draft="and", model="Qwen/Qwen3-4B", summary="s")
    said.about = replace(about, skipped=said.turns[0].id, title="How do I <compare>?\nReally")
    return said


def tree(conversation: Conversation) -> list[object]:
    """All that is said, with places in the order instead of ids."""
    turns = conversation.everything
    place: dict[int | None, int] = {one.id: at for at, one in enumerate(turns)}
    about = replace(
        conversation.about,
        id=0,
        head=place.get(conversation.about.head),
        skipped=place.get(conversation.about.skipped),
    )
    return [about, *(replace(one, id=place[one.id], parent=place.get(one.parent)) for one in turns)]


def test_json_is_read_again_without_loss(history: History, tmp_path: Path) -> None:
    said = talked(history)
    path = tmp_path / "talk.json"
    path.write_text(export(said, "json"), encoding="utf-8")
    read = read_conversations(path, history.attach)
    assert (read.format, read.skipped) == ("qwendesk", ())
    (again,) = read.conversations
    assert tree(again) == tree(said)
    assert again.id != said.id
    assert not {one.id for one in again.everything} & {one.id for one in said.everything}
    assert [one.answer for one in again.turns] == [one.answer for one in said.turns]
    history.save(again)
    assert tree(history.open(again.id)) == tree(said)


def test_json_says_what_it_is_and_has_no_numbers_that_others_cannot_keep(history: History) -> None:
    document = json.loads(export(talked(history), "json"), parse_constant=pytest.fail)
    assert (document["format"], document["version"]) == ("qwendesk-conversation", 1)
    assert [one["id"] for one in document["messages"]] == list(range(1, 8))
    assert document["head"] == 7
    assert document["messages"][1]["record"]["settings"]["logit_bias"]["4"] == 1.5


def test_recordings_come_back_and_are_told(history: History, tmp_path: Path) -> None:
    heard, kept = b"fLaC heard", history.attach("note.ogg", "audio", b"OggS kept")
    said = Conversation()
    said.ask("Hear", attachments=(kept,), audios=(heard,))
    assert said.turns[0].message().audios == (heard, b"OggS kept")
    path = tmp_path / "x.json"
    path.write_text(export(said, "json"), encoding="utf-8")
    (again,) = read_conversations(path, history.attach).conversations
    found = [(one.name, one.kind, one.read()) for one in again.turns[0].attachments]
    assert found == [("note.ogg", "audio", b"OggS kept"), ("recording-1.flac", "audio", heard)]
    history.save(again)
    assert [one.kind for one in history.open(again.id).turns[0].attachments] == ["audio", "audio"]
    for form in ("md", "html"):
        assert "note.ogg, recording-1" in export(said, form, labels=labels())


def test_a_running_reply_and_images_in_memory(history: History, tmp_path: Path) -> None:
    said = Conversation()
    said.ask("See", images=(noise_png(2, 2, 2),))
    said.answer("m")
    path = tmp_path / "x.json"
    path.write_text(export(said, "json"), encoding="utf-8")
    (again,) = read_conversations(path, history.attach).conversations
    assert again.turns[1].state == "cancelled"
    assert again.turns[0].attachments[0].read() == noise_png(2, 2, 2)
    (without,) = read_conversations(path).conversations
    assert without.turns[0].attachments == ()
    assert read_conversations(path).skipped[0].id == "import_files_missing"


def test_markdown(history: History) -> None:
    said = talked(history)
    text = export(said, "md", versions=True, labels=labels())
    assert text.startswith("# How do I \\<compare\\>?\n")
    assert "## System message\n\nBe *brief*." in text
    assert "## You" in text
    assert "*Attached: a.txt, b.png*" in text
    assert CODE.rstrip() in text
    assert "<summary>Reasoning</summary>\n\nWell,\n```\nunfinished\n```\n\n</details>" in text
    assert '```json\n{\n  "city": "Ulm"\n}\n```' in text
    assert "````\nrain </pre> ```\n````" in text
    assert "<sub>142 tokens · 52.1 tok/s · Qwen3-4B · llamacpp 0.3.36</sub>" in text
    assert "version 2 of 2" in text
    assert re.search(r"^## Qwen3 4B · \d{4}-\d\d-\d\d \d\d:\d\d", text, re.M)
    path_only = export(said, "md")
    assert CODE.rstrip() not in path_only
    assert "version" not in path_only
    assert "<details>" not in export(said, "md", reasoning=False)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("a", "a"),
        ("```\nx\n```", "```\nx\n```"),
        ("```py\nx", "```py\nx\n```"),
        ("~~~~\n```\n~~~", "~~~~\n```\n~~~\n~~~~"),
        ("```` ` ``", "```` ` ``"),
        ("  ```\nx\n   ````", "  ```\nx\n   ````"),
        ("```\n```py", "```\n```py\n```"),
    ],
)
def test_a_code_block_that_was_cut_off_is_closed(text: str, ends: str) -> None:
    assert closed(text) == ends


def test_plain_text(history: History) -> None:
    said = talked(history)
    text = export(said, "txt", versions=True)
    assert "System message:\nBe *brief*." in text
    assert "[Reasoning]\nA tool.\n[Answer]" in text
    assert '[Calls weather: {"city": "Ulm"}]' in text
    assert CODE.rstrip() in text
    assert "[reply_interrupted]" in text
    assert "QwenDesk ended while this reply was written" in export(said, "txt", labels=labels())
    assert "[Reasoning]" not in export(said, "txt", reasoning=False)


class Page(HTMLParser):
    """Which tags a page has, with what they load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


HARMLESS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "section",
        "h1",
        "h2",
        "h3",
        "p",
        "div",
        "span",
    ),
    *(
        "details",
        "summary",
        "pre",
        "code",
        "em",
        "strong",
        "s",
        "a",
        "img",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
    ),
    *("td", "ul", "ol", "li", "blockquote", "hr", "br"),
}


def check_harmless(page: Page) -> None:
    for tag, attributes in page.tags:
        assert tag in HARMLESS
        assert not [name for name in attributes if name.startswith("on")]
        assert tag != "img" or (attributes["src"] or "").startswith("data:image/")
        assert not re.match(r"\s*(javascript|vbscript|data|file):", attributes.get("href") or "", re.I)
        assert "srcset" not in attributes
    assert {"http-equiv": "Content-Security-Policy", "content": POLICY} in [of for _, of in page.tags]


def test_html(history: History) -> None:
    said = talked(history)
    text = export(said, "html", versions=True, labels=labels())
    page = Page(text)
    check_harmless(page)
    assert POLICY == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert len([one for one, _ in page.tags if one == "img"]) == 1
    assert "<script" not in text
    assert "alert(1)" in page.words
    assert "<strong>Rain</strong>" in text
    assert '<a href="https://evil.example/x.png" rel="noreferrer noopener">x</a>' in text
    assert re.search(r'<span class="\w+">if</span>', text)
    assert "@media (prefers-color-scheme: dark)" in text
    assert "if a < b:" in page.words
    assert "rain </pre> ```" in page.words
    assert "52.1 tok/s" in page.words


TEXTS = st.lists(
    st.sampled_from(
        [
            *(
                "<script>x</script>",
                "<img src=x onerror=y>",
                "![a](https://e.example/a)",
                "[a](javascript:b)",
            ),
            *("[a](data:text/html,x)", "<https://e.example>", "```", "```html\n<b>", "\n\n", "> ", "- ", "`"),
            *("| a | b |\n|---|---|\n| c | d |", "&lt;", "&", '"', "'", "**", "~~", "# ", "</details>", "a"),
            *(
                "[x]: https://e.example/",
                "![x]",
                "<!--",
                "]]>",
                "\ud800",
                "\0",
                "![a](data:image/png;base64,A)",
            ),
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(get_args(Format)))
def test_whatever_was_said_every_format_can_be_written(answer: str, question: str, format: Format) -> None:
    said = Conversation(question)
    said.ask(question)
    reply(said, answer, reasoning=question, model=question)
    said.about = replace(said.about, title=answer)
    text = export(said, format, versions=True)
    text.encode()
    if format == "html":
        check_harmless(Page(text))


def test_nesting_without_end_keeps_its_words(history: History) -> None:
    said = Conversation()
    said.ask("q")
    reply(said, "> " * 500 + "deep <b>")
    page = Page(export(said, "html"))
    check_harmless(page)
    assert "deep <b>" in page.words


def test_a_gone_attachment_costs_only_itself(history: History) -> None:
    said = talked(history)
    for one in said.everything[0].attachments:
        one.files.remove(one.sha256)
    for format in get_args(Format):
        text = export(said, format)
        assert "b.png" in text
    assert json.loads(export(said, "json"))["messages"][0]["attachments"][0]["content"] is None


def test_an_empty_conversation() -> None:
    for format in EXTENSIONS:
        assert "Conversation" in export(Conversation(), format) or format == "json"


def test_a_plugin_writes_conversations() -> None:
    def as_org(given: ExportedConversation) -> str:
        return "\n".join([given.title, *(f"{one.role} {one.content}" for one in given.messages)])

    spec = ExporterSpec("org", "Org", "org", as_org)
    module = SimpleNamespace(register_exporters=hookimpl(lambda: [spec]))
    plugins = Plugins([Found("org", "qwendesk", "1", lambda: module)], [])
    assert plugins.exporters() == [spec]
    said = Conversation("s")
    said.ask("q")
    reply(said, "a", reasoning="r")
    assert spec.export(exported(said)) == "q\nuser q\nassistant a"
    assert [one.reasoning for one in exported(said, reasoning=False).messages] == ["", ""]
    assert exported(said).messages[1].reasoning == "r"
