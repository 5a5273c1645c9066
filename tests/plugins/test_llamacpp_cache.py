"""What was read once is not read twice: sequences, the pool behind them, checkpoints of recurrent models."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("llama_cpp")

from fakes import tiny_gguf
from fakes.generating import GREEDY, NEVER, collect, end_of, ids_of
from fakes.hybrid_gguf import write_hybrid
from qwendesk.api.engine import Completion, EngineRequest, ModelFiles, PromptProgress, Token
from qwendesk_llamacpp.engine import LlamaCppEngine
from qwendesk_llamacpp.options import LlamaCppOptions

Open = Callable[..., LlamaCppEngine]
FIRST = tuple(b"once upon a time there was a lighthouse keeper who wrote letters to the sea")
SECOND = tuple(b"the recipe wants two eggs, some flour, a pinch of salt and an hour of patience")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("cache")
    return {
        "plain": tiny_gguf.write_tiny(folder / "plain.gguf"),
        "hybrid": write_hybrid(folder / "hybrid.gguf"),
    }


@pytest.fixture
def opened(files: dict[str, Path]) -> Iterator[Open]:
    engines: list[LlamaCppEngine] = []

    def open_one(kind: str = "plain", **options: Any) -> LlamaCppEngine:
        engine = LlamaCppEngine()
        engines.append(engine)
        given = {"context": 1024, "slots": 1, "threads": 1, "batch": 64, "ubatch": 64, **options}
        engine.load(ModelFiles(str(files[kind]), "gguf"), LlamaCppOptions(**given), lambda _: None)
        return engine

    yield open_one
    for engine in engines:
        engine.close()


def turn(
    engine: LlamaCppEngine, prompt: tuple[int, ...], limit: int = 12
) -> tuple[tuple[int, ...], Completion]:
    """The conversation after the reply, and the reply's end."""
    events = collect(engine, EngineRequest(prompt, GREEDY, max_tokens=limit))
    return (*prompt, *ids_of(events)), end_of(events)


def fresh(opened: Open, kind: str, prompt: tuple[int, ...], limit: int = 12) -> tuple[int, ...]:
    """What an engine says that never read anything before."""
    return turn(opened(kind), prompt, limit)[0]


def test_the_first_prompt_reuses_nothing(opened: Open) -> None:
    _, end = turn(opened(), FIRST)
    assert (end.reused_tokens, end.reuse) == (0, "first")


def test_another_text_differs(opened: Open) -> None:
    engine = opened(slots=2)
    turn(engine, FIRST)
    _, end = turn(engine, (*FIRST[:30], *SECOND))
    assert (end.reused_tokens, end.reuse) == (30, "differs")


def test_going_back_to_an_earlier_conversation_reads_only_what_is_new(opened: Open) -> None:
    engine = opened(prompt_cache=64)
    one, _ = turn(engine, FIRST)
    two, _ = turn(engine, SECOND)
    for conversation in (one, two, one):
        said, end = turn(engine, (*conversation, *b" and then"))
        assert end.reused_tokens >= len(conversation) - 1
        assert end.reuse in ("new", "whole")
        assert said == fresh(opened, "plain", (*conversation, *b" and then"))


def test_the_same_prompt_again_is_reused_whole(opened: Open) -> None:
    engine = opened()
    one, _ = turn(engine, FIRST)
    again, end = turn(engine, FIRST)
    assert again == one
    assert (end.reused_tokens, end.reuse) == (len(FIRST) - 1, "whole")


def test_what_had_to_make_room_says_so(opened: Open) -> None:
    engine = opened(prompt_cache=0)
    turn(engine, FIRST)
    turn(engine, SECOND)
    _, end = turn(engine, FIRST)
    assert (end.reused_tokens, end.reuse) == (0, "evicted")


def test_the_pool_keeps_to_its_limit(opened: Open) -> None:
    engine = opened(prompt_cache=1)
    for letter in range(97, 123):
        turn(engine, (letter, *FIRST, *SECOND * 4), 2)
    prefixes = engine._ready()._prefixes
    assert 0 < prefixes.size <= 1 << 20
    assert len(prefixes) < 26


def test_a_sequence_at_work_is_not_taken_away(opened: Open) -> None:
    engine = opened(slots=2)
    running = engine.generate(EngineRequest(FIRST, GREEDY, max_tokens=800), NEVER)
    seen = [event for event in (next(running) for _ in range(5)) if isinstance(event, Token)]
    assert seen
    _, end = turn(engine, (*FIRST, *b" there"))
    assert (end.reused_tokens, end.reuse) == (0, "busy")
    running.close()  # type: ignore[attr-defined]


class TestHybrid:
    """Recurrent layers: a sequence cannot be cut where one likes."""

    def test_each_turn_reads_only_its_new_tokens(self, opened: Open) -> None:
        engine = opened("hybrid")
        conversation, end = turn(engine, FIRST)
        for words in (b" first", b" second", b" third"):
            prompt = (*conversation, *words)
            conversation, end = turn(engine, prompt)
            # The last token of a reply was never fed, so it is read with the words behind it.
            assert (end.prompt_tokens - end.reused_tokens, end.reuse) == (len(words) + 1, "new")
            assert conversation == fresh(opened, "hybrid", prompt)

    def test_answering_again_reads_one_token(self, opened: Open) -> None:
        engine = opened("hybrid")
        one, _ = turn(engine, FIRST, 40)
        again, end = turn(engine, FIRST, 40)
        assert again == one
        assert (end.reused_tokens, end.reuse) == (len(FIRST) - 1, "whole")

    def test_a_reply_without_its_reasoning_goes_on_from_the_prompt(self, opened: Open) -> None:
        """Templates drop old reasoning: the next prompt parts from the sequence where the reply began."""
        engine = opened("hybrid")
        turn(engine, FIRST, 40)
        prompt = (*FIRST, *SECOND)
        said, end = turn(engine, prompt)
        assert (end.reused_tokens, end.reuse) == (len(FIRST) - 1, "no_checkpoint")
        assert said == fresh(opened, "hybrid", prompt)

    def test_a_place_without_a_checkpoint_is_read_again(self, opened: Open) -> None:
        engine = opened("hybrid")
        turn(engine, (*FIRST, *SECOND))
        prompt = (*FIRST, *b" no more")
        said, end = turn(engine, prompt)
        assert (end.reused_tokens, end.reuse) == (0, "no_checkpoint")
        assert said == fresh(opened, "hybrid", prompt)

    def test_two_conversations_on_one_sequence(self, opened: Open) -> None:
        engine = opened("hybrid", prompt_cache=64)
        one, _ = turn(engine, FIRST)
        turn(engine, SECOND)
        prompt = (*one, *b" and then")
        said, end = turn(engine, prompt)
        assert end.reused_tokens == len(one) - 1
        assert said == fresh(opened, "hybrid", prompt)

    def test_a_cancelled_prompt_leaves_nothing_wrong(self, opened: Open) -> None:
        engine = opened("hybrid")
        stop = threading.Event()
        for event in engine.generate(EngineRequest(FIRST * 10, GREEDY), stop):
            assert isinstance(event, PromptProgress)
            if event.processed:
                stop.set()
        prompt = (*FIRST * 5, *SECOND)
        assert turn(engine, prompt)[0] == fresh(opened, "hybrid", prompt)


class TestKept:
    """The cache between runs, for those who ask for it."""

    @pytest.mark.parametrize("kind", ["plain", "hybrid"])
    def test_the_next_run_goes_on(self, opened: Open, tmp_path: Path, kind: str) -> None:
        first = opened(kind, prompt_cache_folder=str(tmp_path / "kept"))
        conversation, _ = turn(first, FIRST)
        first.close()
        (file,) = (tmp_path / "kept").iterdir()
        assert file.stat().st_mode & 0o077 == 0
        prompt = (*conversation, *b" and then")
        said, end = turn(opened(kind, prompt_cache_folder=str(tmp_path / "kept")), prompt)
        assert end.reused_tokens == len(conversation) - 1
        assert said == fresh(opened, kind, prompt)

    def test_other_options_or_broken_files_cost_only_themselves(
        self, opened: Open, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        first = opened(prompt_cache_folder=str(tmp_path))
        turn(first, FIRST)
        first.close()
        _, end = turn(opened(prompt_cache_folder=str(tmp_path), cache_type_k="f32"), FIRST)
        assert end.reused_tokens == 0
        (file,) = tmp_path.iterdir()
        whole = file.read_bytes()
        for broken in (b"", whole[: len(whole) // 2], whole[:-40] + b"\0" * 40, b"PK\3\4" + bytes(100)):
            file.write_bytes(broken)
            assert turn(opened(prompt_cache_folder=str(tmp_path)), FIRST)[1].reused_tokens == 0
            assert str(file) in capfd.readouterr().err

    def test_a_folder_that_cannot_be(
        self, opened: Open, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "file").touch()
        engine = opened(prompt_cache_folder=str(tmp_path / "file" / "below"))
        turn(engine, FIRST)
        engine.close()
        assert "was not kept" in capfd.readouterr().err
