"""A conversation as a tree: versions, paths, branches, what the model is sent."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qwendesk.chat.conversation import Conversation, first_line
from qwendesk.chat.turn import Turn, new_id


def exchange(one: Conversation, question: str, answer: str) -> Turn:
    one.ask(question)
    reply = replace(one.answer("m"), answer=answer, state="finished")
    one.put(reply)
    return reply


def texts(one: Conversation) -> list[str]:
    return [turn.answer for turn in one.turns]


def test_ids_grow_and_are_met_once() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert ids[-1] < 1 << 63


def test_versions_of_an_answer_and_of_a_question() -> None:
    made = Conversation()
    first = exchange(made, "a", "b")
    exchange(made, "c", "d")
    made.back_to(first.parent)
    second = replace(made.answer("m"), answer="B", state="finished")
    made.put(second)
    assert texts(made) == ["a", "B"]
    assert made.versions(first.id) == [first.id, second.id]
    made.choose(first.id)
    assert texts(made) == ["a", "b", "c", "d"], "what followed is there again"
    made.back_to(None)
    made.ask("other")
    assert texts(made) == ["other"]
    assert len(made.versions(made.turns[0].id)) == 2


def test_a_branch_is_a_copy_up_to_a_turn() -> None:
    made = Conversation("Be brief.")
    first = exchange(made, "a", "b")
    exchange(made, "c", "d")
    branch = made.branched(first.id)
    assert (texts(branch), branch.system, branch.about.title) == (["a", "b"], "Be brief.", "a")
    assert not {one.id for one in branch.turns} & {one.id for one in made.turns}
    assert branch.turns[1].parent == branch.turns[0].id
    branch.ask("e")
    assert texts(made) == ["a", "b", "c", "d"]


def test_what_is_skipped_is_not_sent_and_a_summary_stands_in() -> None:
    made = Conversation("Be brief.")
    first = exchange(made, "a", "b")
    exchange(made, "c", "d")
    made.about = replace(made.about, skipped=first.id, summary="A was said.")
    sent = made.messages()
    assert [one.content for one in sent[1:]] == ["c", "d"]
    assert sent[0].content.startswith("Be brief.")
    assert sent[0].content.endswith("A was said.")
    made.back_to(first.parent)
    assert made.messages()[0].content == "Be brief.", "the turn that was skipped up to is on another path"


def test_titles() -> None:
    assert first_line("\n  Hello \nworld") == "Hello"
    assert len(first_line("x" * 99)) == 60
    assert first_line("") == ""


@given(st.lists(st.tuples(st.sampled_from("arec"), st.integers(0, 30)), max_size=40))
def test_the_path_is_always_a_path(steps: list[tuple[str, int]]) -> None:
    made = Conversation()
    for what, number in steps:
        known = made.everything
        some = known[number % len(known)].id if known else None
        if what == "a":
            exchange(made, f"q{number}", f"a{number}")
        elif what == "r" and some is not None:
            made.back_to(some)
        elif what == "e":
            made.back_to(made.get(some).parent if some is not None else None)
            made.ask("edited")
        elif some is not None:
            made.choose(some)
            assert some in {one.id for one in made.turns}
        parents = [None, *(one.id for one in made.turns)]
        assert [one.parent for one in made.turns] == parents[: len(made.turns)]
        again = Conversation(about=made.about, turns=made.everything)
        assert [one.id for one in again.turns] == [one.id for one in made.turns] or made.about.head is None
