"""Conversations of other programs: trees stay trees, and what is broken costs only itself."""

from __future__ import annotations

import base64
import copy
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.png import noise_png
from qwendesk.api.messages import ToolCall
from qwendesk.api.problem import Problem
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.exporting.export import export
from qwendesk.chat.history import History
from qwendesk.chat.importing import jsondata
from qwendesk.chat.importing.growing import parents_first
from qwendesk.chat.importing.jsondata import moment, split_thinking
from qwendesk.chat.importing.reading import read_conversations
from qwendesk.store.connection import Store
from qwendesk.store.conversations import ConversationRows

PNG = noise_png(1, 2, 2)
ADDRESS = "data:image/png;base64," + base64.b64encode(PNG).decode()


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    store = Store(tmp_path / "qwendesk.db")
    made = History(ConversationRows(store), tmp_path / "attachments", lambda _: None)
    yield made
    made.close()
    store.close()


def written(folder: Path, value: Any, name: str = "talk.json") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def said(conversation: Conversation) -> list[tuple[str, str]]:
    return [(one.role, one.answer) for one in conversation.turns]


def node(
    id: str, parent: str | None, role: str = "user", *parts: Any, at: float | None = None, **more: Any
) -> dict[str, Any]:
    """A node of ChatGPT's tree; `more` goes into the message, `content` in place of the parts."""
    content = more.pop("content", {"content_type": "text", "parts": list(parts)})
    author = {"role": role, "name": more.pop("name", None), "metadata": {}}
    message = {"id": id, "author": author, "create_time": at, "content": content, **more}
    return {"id": id, "parent": parent, "children": [], "message": message}


HIDDEN = {"metadata": {"is_visually_hidden_from_conversation": True}}
CHATGPT = {
    "title": "Order of\nfruit",
    "create_time": 1765672200.5,
    "update_time": 1765672300.5,
    "is_archived": True,
    "current_node": "recap2",
    "mapping": {
        "root": {"id": "root", "message": None, "parent": None, "children": ["sys"]},
        "sys": node("sys", "root", "system", "", **HIDDEN),
        "about": node(
            "about", "sys", "user", content={"content_type": "user_editable_context", "user_profile": "x"}
        ),
        "q": node("q", "about", "user", "Sort them", at=1765672210.0),
        "first": node("first", "q", "assistant", "Apple, pear.", at=1765672211.0),
        "thoughts": node(
            "thoughts",
            "q",
            "assistant",
            content={"content_type": "thoughts", "thoughts": [{"summary": "Plan", "content": "By size."}]},
        ),
        "recap": node(
            "recap", "thoughts", "assistant", content={"content_type": "reasoning_recap", "content": "8s"}
        ),
        "call": node(
            "call",
            "recap",
            "assistant",
            content={"content_type": "code", "language": "unknown", "text": "sorted(x)"},
            recipient="python",
            at=1765672213.0,
        ),
        "result": node(
            "result",
            "call",
            "tool",
            content={"content_type": "execution_output", "text": "['pear']"},
            name="python",
            at=1765672214.0,
        ),
        "second": node(
            "second",
            "result",
            "assistant",
            "Pear, apple.",
            at=1765672215.0,
            recipient="all",
            status="finished_successfully",
            metadata={"model_slug": "gpt-5-2-thinking"},
        ),
        "see": node(
            "see",
            "second",
            "user",
            content={
                "content_type": "multimodal_text",
                "parts": [
                    {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-AbC"},
                    {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_gone"},
                    {"content_type": "audio_transcription", "text": "And this?"},
                    "Look.",
                ],
            },
            at=1765672216.0,
        ),
        "thoughts2": node(
            "thoughts2",
            "see",
            "assistant",
            content={"content_type": "thoughts", "thoughts": [{"content": "Hm."}]},
        ),
        "recap2": node("recap2", "thoughts2", "assistant", content={"content_type": "reasoning_recap"}),
    },
}


def test_chatgpt(history: History, tmp_path: Path) -> None:
    (tmp_path / "file-AbC-photo.png").write_bytes(PNG)
    read = read_conversations(written(tmp_path, [CHATGPT], "conversations.json"), history.attach)
    (one,) = read.conversations
    assert read.format == "chatgpt"
    assert [(note.id, note.arguments["count"]) for note in read.skipped] == [("import_files_missing", 1)]
    assert said(one) == [
        ("user", "Sort them"),
        ("assistant", ""),
        ("tool", "['pear']"),
        ("assistant", "Pear, apple."),
        ("user", "And this?\n\nLook."),
        ("assistant", ""),
    ]
    question, call, result, answer, see, stopped = one.turns
    assert call.finished is not None
    assert call.finished.tool_calls == (ToolCall("python", {"input": "sorted(x)"}),)
    assert call.reasoning == "Plan\nBy size."
    assert result.name == "python"
    assert (answer.model, answer.created) == ("gpt-5-2-thinking", 1765672215.0)
    assert [file.read() for file in see.attachments] == [PNG]
    assert (stopped.reasoning, stopped.state) == ("Hm.", "cancelled")
    assert (one.about.title, one.about.created, one.about.archived) == ("Order of fruit", 1765672200.5, True)
    versions = one.versions(call.id)
    other = one.get(versions[0])
    assert len(versions) == 2
    assert other is not None
    assert (other.answer, other.parent) == ("Apple, pear.", question.id)
    history.save(one)
    assert history.open(one.id).everything == one.everything


def test_chatgpt_s_zip_and_one_broken_conversation_of_many(tmp_path: Path) -> None:
    cut = {**CHATGPT, "title": "A \ud83d cut"}
    broken = json.dumps(CHATGPT).replace("1765672210.0", "1e999")
    listed = f"[{json.dumps(cut)}, {broken}, 5, {json.dumps({'mapping': {}})}]"
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conversations.json", listed)
        archive.writestr("user.json", "{}")
        archive.writestr("file-AbC.png", PNG)
    read = read_conversations(path)
    assert [one.about.title for one in read.conversations] == ["A � cut"]
    assert read.conversations[0].turns[4].images == (PNG,)
    assert [note.id for note in read.skipped] == ["import_files_missing", *["import_skipped"] * 3]


def test_circles_and_lost_parents_do_not_lose_messages(tmp_path: Path) -> None:
    mapping = {
        "a": node("a", "b", "user", "one"),
        "b": node("b", "a", "assistant", "two"),
        "c": node("c", "gone", "user", "three"),
        "d": node("d", "d", "user", "four"),
    }
    (one,) = read_conversations(written(tmp_path, [{"mapping": mapping}])).conversations
    assert sorted(turn.answer for turn in one.everything) == ["four", "one", "three", "two"]


LM_STUDIO = {
    "name": "Weather",
    "pinned": True,
    "createdAt": 1765672200000,
    "userLastMessagedAt": 1765672300000,
    "systemPrompt": "",
    "perChatPredictionConfig": {"fields": [{"key": "llm.prediction.systemPrompt", "value": "Be brief."}]},
    "messages": [
        {
            "versions": [
                {
                    "type": "singleStep",
                    "role": "user",
                    "content": [
                        {"type": "file", "fileIdentifier": "1765672200000-1.png", "fileType": "image"},
                        {"type": "text", "text": "Rain here?"},
                    ],
                }
            ],
            "currentlySelected": 0,
        },
        {
            "versions": [
                {
                    "type": "multiStep",
                    "role": "assistant",
                    "senderInfo": {"senderName": "qwen3-4b"},
                    "steps": [
                        {
                            "type": "contentBlock",
                            "content": [{"type": "text", "text": "<think>\nUm.\n</think>\n\nNo."}],
                        }
                    ],
                },
                {
                    "type": "multiStep",
                    "role": "assistant",
                    "steps": [
                        {"type": "debugInfoBlock", "content": [{"type": "text", "text": "noise"}]},
                        {
                            "type": "contentBlock",
                            "stepIdentifier": "1765672210000-0.5",
                            "style": {"type": "thinking", "title": "Thought"},
                            "content": [
                                {"type": "text", "text": "<think>", "isStructural": True},
                                {"type": "text", "text": "A tool."},
                            ],
                        },
                        {
                            "type": "contentBlock",
                            "content": [
                                {"type": "toolCallRequest", "name": "weather", "parameters": {"city": "Ulm"}}
                            ],
                        },
                        {
                            "type": "contentBlock",
                            "content": [
                                {"type": "toolCallResult", "content": '[{"type": "text", "text": "rain"}]'}
                            ],
                        },
                        {
                            "type": "contentBlock",
                            "stepIdentifier": "1765672220000-0.6",
                            "content": [{"type": "text", "text": "Ra"}, {"type": "text", "text": "in."}],
                            "genInfo": {
                                "identifier": "qwen3-8b",
                                "stats": {
                                    "stopReason": "eosFound",
                                    "tokensPerSecond": 21.5,
                                    "predictedTokensCount": 12,
                                    "promptTokensCount": 30,
                                },
                            },
                        },
                    ],
                },
            ],
            "currentlySelected": 1,
        },
        {
            "versions": [{"role": "user", "content": [{"type": "text", "text": "Thanks"}]}],
            "currentlySelected": 7,
        },
    ],
}


def test_lm_studio(history: History, tmp_path: Path) -> None:
    (tmp_path / "user-files").mkdir()
    (tmp_path / "user-files" / "1765672200000-1.png").write_bytes(PNG)
    path = written(tmp_path, LM_STUDIO, "conversations/Work/1.conversation.json")
    read = read_conversations(path, history.attach)
    (one,) = read.conversations
    assert (read.format, read.skipped) == ("lmstudio", ())
    assert said(one) == [
        ("user", "Rain here?"),
        ("assistant", ""),
        ("tool", "rain"),
        ("assistant", "Rain."),
        ("user", "Thanks"),
    ]
    question, call, result, answer, _ = one.turns
    assert [file.read() for file in question.attachments] == [PNG]
    assert (call.reasoning, call.created) == ("A tool.", 1765672210.0)
    assert call.finished is not None
    assert call.finished.tool_calls == (ToolCall("weather", {"city": "Ulm"}),)
    assert result.name == "weather"
    assert answer.finished is not None
    assert (answer.model, answer.finished.usage.completion_tokens) == ("qwen3-8b", 12)
    assert answer.finished.timings.decode_tps == 21.5
    other = one.get(one.versions(call.id)[0])
    assert other is not None
    assert (other.reasoning, other.answer, other.model) == ("Um.", "No.", "qwen3-4b")
    assert (one.system, one.about.title, one.about.pinned) == ("Be brief.", "Weather", True)
    assert (one.about.created, one.about.updated) == (1765672200.0, 1765672300.0)
    assert read_conversations(tmp_path / "conversations").format == "lmstudio"


THREAD = {
    "id": "t",
    "title": "Fruit",
    "created": 1765672200,
    "updated": 1765672300.5,
    "assistants": [{"id": "jan", "instructions": "Be brief.", "model": {"id": "qwen3-4b"}}],
}


def jan(id: str, role: str, *content: Any, at: int = 0, **metadata: Any) -> dict[str, Any]:
    parts = [{"type": "text", "text": {"value": one}} if isinstance(one, str) else one for one in content]
    given = {"metadata": metadata} if metadata else {}
    return {"id": id, "role": role, "content": parts, "created_at": at, "status": "ready", **given}


def jan_folder(folder: Path, *messages: Any, thread: Any = THREAD) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    written(folder, thread, "thread.json")
    lines = [one if isinstance(one, str) else json.dumps(one) for one in messages]
    written(folder, "\n".join(lines) + "\n", "messages.jsonl")
    return folder


def test_jan(tmp_path: Path) -> None:
    image = {"type": "image_url", "image_url": {"url": ADDRESS}}
    call = {
        "type": "tool_call",
        "tool_name": "weather",
        "input": {"city": "Ulm"},
        "output": {"content": [{"text": "rain"}]},
    }
    thought = {"type": "reasoning", "text": {"value": "Think."}}
    folder = jan_folder(
        tmp_path / "t",
        jan("1", "user", "Hi", image, at=1765672210000),
        jan("2", "assistant", "<think>\nOld.\n</think>\n\nHello.", at=1765672211),
        "{broken",
        jan("3", "user", "Rain?"),
        jan("4", "assistant", thought, call, "Rain."),
    )
    for path in (folder, folder / "thread.json", folder / "messages.jsonl", tmp_path):
        read = read_conversations(path)
        (one,) = read.conversations
        assert (read.format, [note.id for note in read.skipped]) == ("jan", ["import_lines_skipped"])
        assert said(one) == [
            ("user", "Hi"),
            ("assistant", "Hello."),
            ("user", "Rain?"),
            ("assistant", ""),
            ("tool", "rain"),
            ("assistant", "Rain."),
        ]
    assert one.turns[0].images == (PNG,)
    assert (one.turns[1].reasoning, one.turns[1].model) == ("Old.", "qwen3-4b")
    assert one.turns[3].reasoning == "Think."
    assert [turn.created for turn in one.turns[:2]] == [1765672210.0, 1765672211.0]
    assert (one.system, one.about.title, one.about.updated) == ("Be brief.", "Fruit", 1765672300.5)


def test_jan_s_versions(tmp_path: Path) -> None:
    folder = jan_folder(
        tmp_path / "t",
        jan("a", "user", "q", at=1, parentId=None, activeChildId="b1"),
        jan("b2", "assistant", "second", at=3, parentId="a"),
        jan("b1", "assistant", "first", at=2, parentId="a"),
        jan("c", "user", "more", at=4, parentId="b1"),
        jan("d", "assistant", "lost its parent", at=5),
    )
    (one,) = read_conversations(folder).conversations
    assert said(one)[:3] == [("user", "q"), ("assistant", "first"), ("user", "more")]
    assert len(one.versions(one.turns[1].id)) == 2
    assert "lost its parent" in [turn.answer for turn in one.everything]


OPENAI = [
    {"role": "system", "content": "Be brief."},
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "What?"},
            {"type": "image_url", "image_url": {"url": ADDRESS}},
            {"type": "image_url", "image_url": {"url": "https://elsewhere.example/x.png"}},
        ],
    },
    {
        "role": "assistant",
        "content": None,
        "reasoning_content": "Look.",
        "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}}],
    },
    {"role": "tool", "tool_call_id": "1", "content": "noise"},
    {"role": "assistant", "content": "<think>Ah.</think>Noise."},
]


def test_messages_in_openai_s_shape(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    lines = "\n".join(
        json.dumps(one) for one in ({"messages": OPENAI, "title": "T"}, {"messages": [{"role": "x"}]})
    )
    for path in (
        written(tmp_path, OPENAI),
        written(tmp_path, {"messages": OPENAI}, "b.json"),
        written(tmp_path, lines, "c.jsonl"),
        written(tmp_path, "\ufeff" + json.dumps([OPENAI]), "d.json"),
    ):
        read = read_conversations(path)
        (one,) = read.conversations
        assert read.format == "openai"
        assert read.skipped[0].id == "import_files_missing"
        assert said(one) == [("user", "What?"), ("assistant", ""), ("tool", "noise"), ("assistant", "Noise.")]
        assert one.system == "Be brief."
        assert one.turns[0].images == (PNG,)
        assert (one.turns[1].reasoning, one.turns[2].name, one.turns[3].reasoning) == ("Look.", "f", "Ah.")
        assert one.turns[1].finished is not None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "file_not_json"),
        ("{", "file_not_json"),
        ("[" * 100_000, "file_not_json"),
        ("null", "import_unknown"),
        ("5", "import_unknown"),
        ("{}", "import_unknown"),
        ("[1, 2]", "import_unknown"),
        ('[{"id": 1}, {"id": 2}]', "import_unknown"),
        ("[]", "messages_malformed"),
        ('[{"role": "user"}]', "messages_malformed"),
        ('{"messages": [{"role": "nobody", "content": ""}]}', "messages_malformed"),
        ('{"format": "qwendesk-conversation", "version": 2}', "import_newer"),
        ('{"format": "qwendesk-conversation", "version": 1}', "import_malformed"),
        ("PK\x03\x04 no zip", "file_unreadable"),
    ],
)
def test_files_that_are_no_conversations(tmp_path: Path, content: str, problem: str) -> None:
    with pytest.raises(Problem) as raised:
        read_conversations(written(tmp_path, content))
    assert raised.value.id == problem


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Problem, match="file_unreadable"):
        read_conversations(tmp_path / "none.json")
    with pytest.raises(Problem, match="import_unknown"):
        read_conversations(tmp_path)
    monkeypatch.setattr(jsondata, "LARGEST", 10)
    with pytest.raises(Problem, match="import_too_large"):
        read_conversations(written(tmp_path, OPENAI))


def test_a_folder_with_everything(tmp_path: Path) -> None:
    written(tmp_path, [CHATGPT], "a/conversations.json")
    written(tmp_path, {"theme": "dark"}, "a/settings.json")
    written(tmp_path, LM_STUDIO, "b/1.conversation.json")
    written(tmp_path, "{broken", "b/2.conversation.json")
    jan_folder(tmp_path / "c" / "t", jan("1", "user", "Hi"))
    written(tmp_path, export(read_conversations(tmp_path / "c").conversations[0], "json"), "d/own.json")
    read = read_conversations(tmp_path)
    assert read.format == "several"
    assert [one.about.title for one in read.conversations] == ["Order of fruit", "Weather", "Fruit", "Fruit"]
    assert "file_not_json" in [note.id for note in read.skipped]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1765672200, 1765672200.0),
        (1765672200000, 1765672200.0),
        ("2025-12-14T00:30:00+00:00", 1765672200.0),
        ("2025-12-14T00:30:00Z", 1765672200.0),
        (-5, 0.0),
        (True, 0.0),
        (10**400, 0.0),
        ("yesterday", 0.0),
        (None, 0.0),
        (float("nan"), 0.0),
    ],
)
def test_moments(value: Any, seconds: float) -> None:
    assert moment(value) == seconds


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", ("", "a")),
        ("<think>\nx\n</think>\n\na", ("x", "a")),
        ("<think>x", ("x", "")),
        ("a <think>x</think>", ("", "a <think>x</think>")),
    ],
)
def test_thinking_in_tags(text: str, parts: tuple[str, str]) -> None:
    assert split_thinking(text) == parts


@given(st.dictionaries(st.sampled_from("abcdef"), st.none() | st.sampled_from("abcdefg")))
def test_any_parents_become_a_forest(parents: dict[str, str | None]) -> None:
    order = parents_first(parents)
    assert order.keys() == parents.keys()
    seen: set[str] = set()
    for key, parent in order.items():
        assert parent is None or parent in seen
        seen.add(key)


ODD = [None, True, -1, 10**30, 1e308, "", "x", "\ud800", [], {}, [[]], {"a": 1}, "root", "a", [None], "2"]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def mutated(value: Any, chance: random.Random) -> Any:
    """With a few values replaced by odd ones, or gone."""
    value = copy.deepcopy(value)
    for _ in range(chance.randint(1, 4)):
        found = list(places(value))
        if not found:
            break
        *path, last = chance.choice(found)
        here = value
        for step in path:
            here = here[step]
        if chance.random() < 0.2:
            del here[last]
        else:
            here[last] = copy.deepcopy(chance.choice(ODD))
    return value


def check_whole(conversation: Conversation) -> None:
    """Every parent is there and was made before; the path is one."""
    seen: set[int] = set()
    for turn in conversation.everything:
        assert turn.parent is None or turn.parent in seen
        assert not turn.running
        seen.add(turn.id)
    assert all(b.parent == a.id for a, b in zip(conversation.turns, conversation.turns[1:], strict=False))


@settings(max_examples=400, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(["chatgpt", "lmstudio", "jan", "openai", "own"]))
def test_mutated_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, chance: random.Random, kind: str
) -> None:
    folder = tmp_path_factory.mktemp("mutated")
    own = json.loads(OWN)
    samples: dict[str, Any] = {"chatgpt": [CHATGPT], "lmstudio": LM_STUDIO, "openai": OPENAI, "own": own}
    try:
        if kind == "jan":
            messages = [jan("a", "user", "q", parentId=None), jan("b", "assistant", "r", parentId="a")]
            thread, lines = mutated([THREAD, messages], chance), messages
            if isinstance(thread, list) and len(thread) == 2:
                thread, lines = thread
            lines = lines if isinstance(lines, list) else [lines]
            read = read_conversations(jan_folder(folder, *map(json.dumps, lines), thread=json.dumps(thread)))
        else:
            read = read_conversations(written(folder, mutated(samples[kind], chance)))
    except Problem:
        return
    for one in read.conversations:
        check_whole(one)
        json.loads(export(one, "json"))
        export(one, "html")


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([[CHATGPT], LM_STUDIO, OPENAI]))
def test_damaged_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, chance: random.Random, sample: Any
) -> None:
    data = bytearray(json.dumps(sample).encode())
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(data))
        data[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
    path = tmp_path_factory.mktemp("damaged") / "talk.json"
    path.write_bytes(data)
    try:
        read = read_conversations(path)
    except Problem:
        return
    for one in read.conversations:
        check_whole(one)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_was_read_can_be_kept(tmp_path_factory: pytest.TempPathFactory, chance: random.Random) -> None:
    """Nothing that a foreign file holds stops the thread that writes."""
    folder = tmp_path_factory.mktemp("kept")
    store = Store(folder / "qwendesk.db")
    history = History(ConversationRows(store), folder / "attachments", lambda _: None)
    try:
        sample = chance.choice([[CHATGPT], LM_STUDIO, OPENAI, json.loads(OWN)])
        read = read_conversations(written(folder, mutated(sample, chance)), history.attach)
        for one in read.conversations:
            history.save(one)
            assert history.writer.flush()
            assert len(history.open(one.id).everything) == len(one.everything)
    except Problem:
        pass
    finally:
        history.close()
        store.close()


def _own() -> str:
    conversation = Conversation("s")
    conversation.ask("q", images=(PNG,))
    conversation.answer("m")
    conversation.told("f", "x")
    return export(conversation, "json")


OWN = _own()
