"""Conversations in the database: nothing lost, found again, put in order, thrown away and brought back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Finished, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.history import History
from qwendesk.chat.settings import Record, Settings
from qwendesk.chat.turn import Turn
from qwendesk.chat.writer import ConversationsChanged, HistoryNotSaved, HistorySaved, common_length
from qwendesk.store.connection import Store
from qwendesk.store.conversations import ConversationRows

FINISHED = Finished(
    "stop", "Well.", "Yes.", (), Usage(10, 4, 3), Timings(0.1, 1.0, 2.0), Sampling(seed=7), (Note("a"),)
)
RECORD = Record(
    "/m.gguf", "m", "llamacpp", "llama.cpp", "1", {"context": 512}, Settings(logit_bias={3: -1.0})
)


class Home:
    """A history with its store, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.events: list[object] = []
        self.store = Store(folder / "qwendesk.db")
        self.history = History(ConversationRows(self.store), folder / "attachments", self.events.append)

    def say(self, conversation: Conversation, question: str, answer: str = "Yes.") -> Turn:
        asked = conversation.ask(question)
        self.history.writer.put(conversation.about, asked)
        reply = replace(
            conversation.answer("m"),
            answer=answer,
            reasoning="Well.",
            state="finished",
            finished=replace(FINISHED, answer=answer),
            record=RECORD,
        )
        conversation.put(reply)
        self.history.writer.put(conversation.about, reply)
        return reply

    def close(self) -> None:
        self.history.close()
        self.store.close()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    yield made
    made.close()


def test_what_was_said_is_there_again(home: Home, tmp_path: Path) -> None:
    said = Conversation("Be brief.")
    reply = home.say(said, "What is it?")
    home.say(said, "And now?", "No.")
    said.back_to(reply.parent)
    home.say(said, "Or so?")
    home.close()
    again = Home(tmp_path)
    read = again.history.open(said.id)
    assert read.about == replace(said.about, updated=read.about.updated)
    assert read.everything == said.everything
    assert [one.id for one in read.turns] == [one.id for one in said.turns]
    (entry,) = again.history.entries()
    assert (entry.about.title, entry.messages) == ("What is it?", 6)
    again.close()


def test_search_finds_answers_reasoning_and_questions(home: Home) -> None:
    one, other = Conversation(), Conversation()
    home.say(one, "请检查这份合同", "好的")
    home.say(other, "Tell me about contracts", "Contracts bind.")
    assert [hit.conversation for hit in home.history.search("合同")] == [one.id]
    hits = home.history.search("contract")
    assert [(hit.role, hit.title) for hit in hits] == [
        ("assistant", "Tell me about contracts"),
        ("user", "Tell me about contracts"),
    ]
    assert home.history.search("well")[0].part == "reasoning"
    assert not home.history.search("nothing such")
    assert not home.history.search("  ")
    home.history.trash(other.id)
    assert not home.history.search("contract")
    home.history.restore(other.id)
    assert len(home.history.search("contract")) == 2


def test_put_in_order(home: Home) -> None:
    said = Conversation()
    home.say(said, "a")
    home.history.change(said.id, title="Mine", folder="Work", pinned=True, archived=True, draft="unsent")
    about = home.history.open(said.id).about
    assert (about.title, about.folder, about.pinned, about.archived) == ("Mine", "Work", True, True)
    assert about.draft == "unsent"
    assert ConversationsChanged(frozenset((said.id,))) in home.events


def test_the_trash_is_emptied_after_thirty_days(home: Home) -> None:
    old, new = Conversation(), Conversation()
    home.say(old, "contract old")
    home.say(new, "contract new")
    home.history.search("contract")
    home.history.trash(new.id)
    home.history.change(old.id, trashed=time.time() - 31 * 86400)
    home.history.tidy()
    assert [one.about.id for one in home.history.entries()] == [new.id]
    home.history.restore(new.id)
    assert len(home.history.search("contract")) == 1
    with pytest.raises(Problem, match="conversation_unknown"):
        home.history.open(old.id)


def test_attachments_lie_by_their_hash_and_go_with_the_last_message(home: Home) -> None:
    first = home.history.attach("a.txt", "text", b"Attached.")
    assert home.history.attach("b.txt", "text", b"Attached.").path == first.path
    one, other = Conversation(), Conversation()
    for said in (one, other):
        asked = said.ask("See", attachments=(first,))
        home.history.writer.put(said.about, asked)
    read = home.history.open(one.id)
    assert read.turns[0].attachments == (first,)
    assert read.messages()[0].content == "Attached.\n\nSee"
    home.history.remove([one.id])
    assert first.path.is_file()
    home.history.remove([other.id])
    assert not first.path.exists()


def test_prompts_are_kept_whole_and_shared_parts_once(home: Home) -> None:
    said, text, prompts = Conversation(), "", {}
    for number in range(50):
        reply = home.say(said, f"q{number}")
        text += f"user: q{number} 合同\n" * 100
        prompts[reply.id] = text + "assistant:"
        home.history.writer.put_prompt(said.id, reply.id, prompts[reply.id])
    assert {id: home.history.prompt(id) for id in prompts} == prompts
    (size,) = home.store.rows("SELECT sum(length(rest)) AS n FROM prompts")
    assert size["n"] < 50 * 400
    assert home.history.prompt(1) is None


@pytest.mark.parametrize(
    ("one", "other", "length"), [("", "", 0), ("ab", "ab", 2), ("abc", "abd", 2), ("x", "y", 0)]
)
def test_common_length(one: str, other: str, length: int) -> None:
    assert common_length(one, other) == length


def test_a_disk_that_cannot_be_written_loses_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    said, rows = Conversation(), home.history.writer._rows
    monkeypatch.setattr("qwendesk.chat.writer._AGAIN_S", 0.01)
    real, failing = rows.write, [True]

    def write(*values: object) -> None:
        if failing[0]:
            raise Problem("store_full", path="x")
        real(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(rows, "write", write)
    home.say(said, "a")
    while HistoryNotSaved(Note("store_full", {"path": "x"})) not in home.events:
        home.history.writer.flush(0.05)
    failing[0] = False
    while not home.history.writer.flush():
        pass  # the attempt that was on its way failed as well
    assert HistorySaved() in home.events
    assert len(home.history.open(said.id).turns) == 2


def test_a_row_that_cannot_be_written_costs_no_other(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    said = Conversation()
    bad = replace(said.ask("bad"), answer=object())
    good = said.ask("good")
    home.history.writer.put(said.about, bad)
    home.history.writer.put(said.about, good)
    assert home.history.writer.flush()
    home.history.writer.put(said.about, said.ask("after"))
    kept = home.history.open(said.id)
    assert [one.answer for one in kept.everything] == ["good", "after"]
    assert "not written" in caplog.text


def test_find_by_id_by_title_and_the_last(home: Home) -> None:
    one, other = Conversation(), Conversation()
    home.say(one, "First thing")
    home.say(other, "Second thing")
    assert home.history.find("last").about.id == other.id
    assert home.history.find(str(one.id)).about.id == one.id
    assert home.history.find("first").about.id == one.id
    with pytest.raises(Problem, match="conversation_unknown"):
        home.history.find("nothing")


WRITES = """
import sys, time
from dataclasses import replace
from pathlib import Path
from chat.test_history import Home, Conversation
home = Home(Path(sys.argv[1]))
said = Conversation()
home.history.writer.put(said.about, said.ask("q"))
reply = said.answer("m")
for n in range(10**9):
    reply = replace(reply, state="streaming", answer=reply.answer + f"{n} ")
    said.put(reply)
    home.history.writer.put(said.about, reply)
    if n % 1000 == 999:
        home.history.writer.flush()
        print(n, said.id, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_killed_process_leaves_what_it_had_written(tmp_path: Path) -> None:
    tests = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tests), str(tests.parent)))}
    with subprocess.Popen(
        [sys.executable, "-c", WRITES, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        assert child.stdout is not None
        number, id = map(int, child.stdout.readline().split())
        home = Home(tmp_path)
        assert home.history.open(id).turns[1].problem == Note("reply_elsewhere")
        child.send_signal(signal.SIGKILL)
        child.wait()
    turn = home.history.open(id).turns[1]
    assert (turn.state, turn.problem) == ("failed", Note("reply_interrupted"))
    assert f" {number} " in turn.answer
    assert [hit.conversation for hit in home.history.search(str(number))] == [id]
    home.close()
