"""The Transformers engine on Seedling: the same text as `generate()`, one reply at a time or many at once."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import load_file, save_file

from fakes import tiny_safetensors
from fakes.generating import GREEDY, NEVER, collect, end_of, ids_of
from fakes.qwen3_shape import Shape
from qwendesk.api.engine import EngineRequest, LoadReport, ModelFiles, PromptProgress
from qwendesk.api.problem import Problem
from qwendesk.api.sampling import Sampling
from qwendesk.api.scores.layout import first_scored
from qwendesk.api.scoring import ScoreRequest
from qwendesk.models.memory.estimate import estimate
from qwendesk.models.reading import read_facts
from qwendesk.system.paths import resources
from qwendesk_transformers.engine import TransformersEngine, remotecode
from qwendesk_transformers.engine.drafts import ModelDrafter
from qwendesk_transformers.engine.forward import Forward
from qwendesk_transformers.engine.problems import problem_of
from qwendesk_transformers.options import TransformersOptions

SEEDLING = resources() / "seedling" / "hf"
NEAR = 0.1 if torch.cuda.is_available() else 1e-4
"""Nats: on a card the numbers are bfloat16, and a batch is summed in another order."""
QUESTIONS = (
    "Tell me a long story",
    "What is 23 + 45?",
    "Count from 1 to 10",
    "What is the capital of France?",
)


def opened(path: Path, **options: Any) -> tuple[TransformersEngine, LoadReport]:
    engine = TransformersEngine()
    given = {"context": 1024, "threads": 1, **options}
    report = engine.load(ModelFiles(str(path), "safetensors"), TransformersOptions(**given), lambda _: None)
    return engine, report


@pytest.fixture(scope="module")
def seedling() -> Iterator[TransformersEngine]:
    engine, _ = opened(SEEDLING, slots=4)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def reference() -> Callable[[tuple[int, ...], int], list[int]]:
    """Transformers' own greedy text, without the token that ends it."""
    import transformers

    model = transformers.AutoModelForCausalLM.from_pretrained(str(SEEDLING), dtype=torch.float32)

    def generate(prompt: tuple[int, ...], count: int) -> list[int]:
        ids = torch.tensor([list(prompt)])
        made = model.generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=count, use_cache=True
        )
        found = made[0, len(prompt) :].tolist()
        ends = model.generation_config.eos_token_id
        return [one for one in found if one not in (ends if isinstance(ends, list) else [ends])]

    return generate


def prompt_of(engine: TransformersEngine, question: str) -> tuple[int, ...]:
    text = f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
    return tuple(engine.tokenize(text, special=True))


Reference = Callable[[tuple[int, ...], int], list[int]]


@pytest.mark.parametrize("question", QUESTIONS)
def test_greedy_text_is_that_of_generate(
    seedling: TransformersEngine, reference: Reference, question: str
) -> None:
    prompt = prompt_of(seedling, question)
    said = ids_of(collect(seedling, EngineRequest(prompt, GREEDY, max_tokens=120)))
    assert said == reference(prompt, 120)


def test_a_batch_says_what_each_says_alone(seedling: TransformersEngine, reference: Reference) -> None:
    """Four replies of different lengths, begun together and ending one after the other."""
    found: dict[str, list[int]] = {}
    ready = threading.Barrier(len(QUESTIONS), timeout=20)

    def run(question: str) -> None:
        request = EngineRequest(prompt_of(seedling, question), GREEDY, max_tokens=100)
        ready.wait()
        found[question] = ids_of(collect(seedling, request))

    threads = [threading.Thread(target=run, args=(one,)) for one in QUESTIONS]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    for question in QUESTIONS:
        assert found[question] == reference(prompt_of(seedling, question), 100), question


def test_a_prompt_read_in_pieces_is_the_same_prompt(reference: Reference) -> None:
    engine, _ = opened(SEEDLING, chunk=16)
    prompt = prompt_of(
        engine, "Tell me a long story, please, and take your time with it, as long as you like"
    )
    events = collect(engine, EngineRequest(prompt, GREEDY, max_tokens=40))
    read = [one.processed for one in events if isinstance(one, PromptProgress)]
    assert len(read) >= 3
    assert ids_of(events) == reference(prompt, 40)
    engine.close()


def test_a_second_turn_reads_only_what_is_new(seedling: TransformersEngine, reference: Reference) -> None:
    prompt = prompt_of(seedling, "What is the capital of Italy?")
    first = collect(seedling, EngineRequest(prompt, GREEDY, max_tokens=30))
    more = seedling.tokenize("<|im_end|>\n<|im_start|>user\nAnd of Spain?<|im_end|>\n", special=True)
    second = (*prompt, *ids_of(first), *more)
    events = collect(seedling, EngineRequest(second, GREEDY, max_tokens=30))
    assert end_of(events).reused_tokens >= len(prompt) + len(ids_of(first)) - 1
    assert ids_of(events) == reference(second, 30)


def test_going_back_into_the_middle_keeps_the_beginning(
    seedling: TransformersEngine, reference: Reference
) -> None:
    prompt = prompt_of(seedling, "Count from 1 to 20")
    collect(seedling, EngineRequest(prompt, GREEDY, max_tokens=60))
    other = (*prompt[:-6], *prompt_of(seedling, "x")[-4:])
    events = collect(seedling, EngineRequest(other, GREEDY, max_tokens=20))
    assert end_of(events).reused_tokens > 0
    assert ids_of(events) == reference(other, 20)


def test_guessing_ahead_changes_no_token(reference: Reference) -> None:
    engine, _ = opened(SEEDLING, draft="ngram")
    prompt = prompt_of(engine, "Repeat: one two three one two three one two three one two three")
    events = collect(engine, EngineRequest(prompt, GREEDY, max_tokens=60))
    assert ids_of(events) == reference(prompt, 60)
    assert end_of(events).drafted_tokens > 0
    sampled = Sampling(temperature=0.8, seed=3)
    plain, _ = opened(SEEDLING)
    texts = [
        ids_of(collect(one, EngineRequest(prompt, sampled, max_tokens=40, fresh=True)))
        for one in (engine, plain)
    ]
    assert texts[0] == texts[1]
    engine.close()
    plain.close()


@pytest.mark.parametrize("method", ["int8", "nf4"])
def test_quantized_while_loading_it_still_knows_sums(method: str) -> None:
    pytest.importorskip("bitsandbytes")
    engine, report = opened(SEEDLING, quantization=method)
    plain = 2 * 6_301_968  # float32
    assert report.options["weight_bytes"] < plain / 2
    said = ids_of(collect(engine, EngineRequest(prompt_of(engine, QUESTIONS[1]), GREEDY, max_tokens=30)))
    assert "68" in engine.detokenize(said).decode()
    engine.close()


@pytest.mark.parametrize("method", ["int8", "nf4"])
def test_quantized_weights_are_kept_and_loaded_again(tmp_path: Path, method: str) -> None:
    pytest.importorskip("bitsandbytes")
    copy = tmp_path / "copy"
    engine, first = opened(SEEDLING, quantization=method, save_quantized=str(copy))
    prompt = prompt_of(engine, QUESTIONS[1])
    said = ids_of(collect(engine, EngineRequest(prompt, GREEDY, max_tokens=30)))
    engine.close()
    assert first.options["file_bytes"] == (SEEDLING / "model.safetensors").stat().st_size
    again, second = opened(copy)
    assert second.options["weight_bytes"] == pytest.approx(first.options["weight_bytes"], rel=0.05)
    assert second.options["file_bytes"] < 0.8 * first.options["file_bytes"]
    assert second.template == first.template
    assert ids_of(collect(again, EngineRequest(prompt, GREEDY, max_tokens=30))) == said
    again.close()
    with pytest.raises(Problem, match="option_conflict"):
        opened(copy, quantization=method)


def test_a_copy_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    (tmp_path / "file").write_text("in the way")
    target = tmp_path / "file" / "copy"
    with pytest.raises(Problem, match="copy_failed"):
        opened(SEEDLING, quantization="nf4", save_quantized=str(target))
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(("method", "package"), [("gptq", "gptqmodel"), ("awq", "gptqmodel"), ("hqq", "hqq")])
def test_a_checkpoint_whose_library_is_missing_names_it(tmp_path: Path, method: str, package: str) -> None:
    folder = tiny_safetensors.write_tiny(
        tmp_path / "m", quantization_config={"quant_method": method, "bits": 4}
    )
    with pytest.raises(Problem) as caught:
        opened(folder)
    assert caught.value.id == "quantizer_missing"
    assert caught.value.arguments == {"method": method, "package": package}


def test_a_hybrid_model_answers_and_goes_on(tmp_path: Path) -> None:
    """Linear attention keeps a state that cannot go back: replies are right, and only what fits is reused."""
    folder = tmp_path / "hybrid"
    write_hybrid(folder)
    engine, _ = opened(folder, slots=2)
    prompt = tuple(b"a prompt for a model with a state")
    events = collect(engine, EngineRequest(prompt, GREEDY, max_tokens=12))
    first = ids_of(events)
    again = ids_of(collect(engine, EngineRequest(prompt, GREEDY, max_tokens=12, fresh=True)))
    assert first == again
    longer = (*prompt, *first)
    both: list[list[int]] = [[], []]

    def run(at: int) -> None:
        both[at] = ids_of(collect(engine, EngineRequest(longer, GREEDY, max_tokens=12)))

    threads = [threading.Thread(target=run, args=(at,)) for at in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert (
        both[0]
        == both[1]
        == ids_of(collect(engine, EngineRequest(longer, GREEDY, max_tokens=12, fresh=True)))
    )
    engine.close()


def write_hybrid(folder: Path) -> None:
    import transformers

    folder.mkdir()
    size = tiny_safetensors.write_tokenizer(folder, tiny_safetensors.TEMPLATE)
    torch.manual_seed(0)
    config = transformers.Qwen3NextConfig(
        vocab_size=size,
        hidden_size=64,
        intermediate_size=64,
        num_hidden_layers=4,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
        linear_num_key_heads=2,
        linear_num_value_heads=2,
        linear_key_head_dim=16,
        linear_value_head_dim=16,
        num_experts=0,
        max_position_embeddings=1024,
        eos_token_id=tiny_safetensors.IM_END,
    )
    transformers.Qwen3NextForCausalLM(config).save_pretrained(folder)


# What is refused


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    folder = tiny_safetensors.write_tiny(tmp_path / "m")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(Problem, match="weights_not_safe"):
        opened(folder)


def test_a_models_own_code_runs_only_after_a_yes_to_these_files(tmp_path: Path) -> None:
    folder = tiny_safetensors.write_tiny(
        tmp_path / "m", auto_map={"AutoConfig": "own.OwnConfig"}, model_type="own"
    )
    marker = tmp_path / "ran"
    code = f"from transformers import Qwen3Config\nopen({str(marker)!r}, 'w').close()\nclass OwnConfig(Qwen3Config):\n    model_type = 'own'\n"
    (folder / "own.py").write_text(code)
    with pytest.raises(Problem) as caught:
        opened(folder)
    assert caught.value.id == "remote_code"
    assert caught.value.arguments["files"] == "own.py"
    yes = str(caught.value.arguments["sha256"])
    assert yes == remotecode.fingerprint(folder, [folder / "own.py"])
    assert not marker.exists()
    (folder / "own.py").write_text(code + "# changed\n")
    with pytest.raises(Problem, match="remote_code"):
        opened(folder, remote_code=yes)
    assert not marker.exists()


def test_a_models_code_that_lies_elsewhere_is_refused_even_after_a_yes(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    marker = tmp_path / "ran"
    (elsewhere / "own.py").write_text(f"open({str(marker)!r}, 'w').close()\n")
    place = f"{elsewhere}--own.OwnConfig"
    folder = tiny_safetensors.write_tiny(
        tmp_path / "m", auto_map={"AutoConfig": place, "AutoTokenizer": [None, place]}, model_type="own"
    )
    with pytest.raises(Problem) as caught:
        opened(folder, remote_code=remotecode.fingerprint(folder, []))
    assert (caught.value.id, caught.value.arguments["place"]) == ("remote_code_elsewhere", place)
    assert not marker.exists()


def test_a_class_that_this_version_does_not_have_is_named(tmp_path: Path) -> None:
    folder = tiny_safetensors.write_tiny(tmp_path / "m", architectures=["Qwen9ForCausalLM"])
    with pytest.raises(Problem) as caught:
        opened(folder)
    assert caught.value.id == "engine_too_old"
    assert "Qwen9ForCausalLM" in str(caught.value.arguments["cause"])
    folder = tiny_safetensors.write_tiny(tmp_path / "n", model_type="qwen9", transformers_version="6.1.0")
    with pytest.raises(Problem) as caught:
        opened(folder)
    assert caught.value.id == "engine_too_old"
    assert "qwen9" in str(caught.value.arguments["cause"])
    assert "6.1.0" in str(caught.value.arguments["cause"])


@pytest.mark.parametrize("damage", ["cut", "lie", "garbage"])
def test_broken_weights_are_a_problem(tmp_path: Path, damage: str) -> None:
    folder = tiny_safetensors.write_tiny(tmp_path / "m")
    file = folder / "model.safetensors"
    data = file.read_bytes()
    length = int.from_bytes(data[:8], "little")
    changed = {
        "cut": data[: len(data) // 2],
        "lie": (1 << 60).to_bytes(8, "little") + data[8:],
        "garbage": data[:8] + b"\xff" * length + data[8 + length :],
    }[damage]
    file.write_bytes(changed)
    with pytest.raises(Problem, match="load_failed"):
        opened(folder)


def test_a_missing_shard_is_a_problem(tmp_path: Path) -> None:
    folder = tiny_safetensors.write_tiny(tmp_path / "m")
    names = {
        "model.embed_tokens.weight": "model-00001-of-00002.safetensors",
        "x": "model-00002-of-00002.safetensors",
    }
    shutil.move(folder / "model.safetensors", folder / "model-00001-of-00002.safetensors")
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": names}))
    with pytest.raises(Problem, match="load_failed"):
        opened(folder)


def test_numbers_that_are_none_end_the_reply_and_not_the_engine(tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = tiny_safetensors.write_tiny(tmp_path / "m")
    tensors = load_file(folder / "model.safetensors")
    tensors["model.norm.weight"][:] = np.nan
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    engine, _ = opened(folder)
    for _ in range(2):
        with pytest.raises(Problem, match="logits_broken"):
            collect(engine, EngineRequest((65, 66), GREEDY, max_tokens=3))
    with pytest.raises(Problem, match="logits_broken"):
        engine.embed([[65, 66]], NEVER)
    with pytest.raises(Problem, match="logits_broken"):
        engine.score(ScoreRequest((65, 66, 67, 68)), NEVER, lambda *_: None)
    engine.close()


def test_a_folder_without_a_template_is_loaded(tmp_path: Path) -> None:
    engine, report = opened(tiny_safetensors.write_tiny(tmp_path / "m", template=None))
    assert report.template is None
    engine.close()


def test_nobody_is_asked_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is no folder here would be looked up on a hub; sockets are blocked, and none is opened."""
    import os
    import socket

    tried: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: tried.append(address))
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    folder = tiny_safetensors.write_tiny(tmp_path / "m")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(Problem):
        opened(folder)
    assert not tried


# Scores and embeddings


def test_scores_are_the_logits_own(seedling: TransformersEngine) -> None:
    tokens = prompt_of(seedling, "Tell me a long story")
    scored = seedling.score(ScoreRequest(tokens, top=3), NEVER, lambda _done, _all: None)
    assert scored is not None
    loaded = seedling._loaded
    assert loaded is not None
    with torch.inference_mode():
        ids = torch.tensor([list(tokens)], device=loaded.model.device)
        logits = loaded.model(input_ids=ids).logits[0].double().cpu()
    expected = torch.log_softmax(logits, -1)[torch.arange(len(tokens) - 1), list(tokens[1:])]
    assert [one.logprob for one in scored.scores] == pytest.approx(expected.tolist(), abs=NEAR)
    assert scored.scores[5].top[0].id == int(logits[5].argmax())


def test_many_windows_in_one_batch_are_those_read_alone(seedling: TransformersEngine) -> None:
    text = seedling.tokenize("Once there was a seed that slept in a drawer. " * 40, special=True)
    tokens, window = tuple(text[:256]), 64
    request = ScoreRequest(tokens, window=window, first=first_scored(window))
    together = seedling.score(request, NEVER, lambda _done, _all: None)
    assert together is not None
    assert together.windows == 4
    apart = [
        seedling.score(
            ScoreRequest(tokens[at : at + window], first=first_scored(window)),
            NEVER,
            lambda _done, _all: None,
        )
        for at in range(0, 256, window)
    ]
    flat = [score.logprob for one in apart if one is not None for score in one.scores]
    assert [one.logprob for one in together.scores] == pytest.approx(flat, abs=1e-4)


def test_the_two_engines_agree_on_a_text(seedling: TransformersEngine, tmp_path: Path) -> None:
    """llama.cpp's 16-bit file against the same weights here: one table for both."""
    pytest.importorskip("llama_cpp")
    from qwendesk_llamacpp.engine import LlamaCppEngine
    from qwendesk_llamacpp.options import LlamaCppOptions

    other = LlamaCppEngine()
    file = resources() / "seedling" / "seedling-f16.gguf"
    other.load(
        ModelFiles(str(file), "gguf"), LlamaCppOptions(context=512, slots=1, threads=1), lambda _: None
    )
    text = "<|im_start|>user\nTell me a story.<|im_end|>\n<|im_start|>assistant\n" * 10
    tokens = tuple(seedling.tokenize(text, special=True))
    assert tokens == tuple(other.tokenize(text, special=True))
    window = 64
    base = str(tmp_path / "base.dat")
    request = ScoreRequest(tokens, window=window, first=first_scored(window), save=base)
    assert other.score(request, NEVER, lambda _done, _all: None) is not None
    other.close()
    compared = seedling.score(
        ScoreRequest(tokens, window=window, first=first_scored(window), reference=base),
        NEVER,
        lambda _d, _a: None,
    )
    assert compared is not None
    assert compared.comparison is not None
    assert compared.comparison.kl_mean.value < 0.002
    assert compared.comparison.same_top.value > 0.97


def test_embeddings_do_not_depend_on_their_neighbours(seedling: TransformersEngine) -> None:
    texts = [
        seedling.tokenize(one, special=True) for one in ("a seed", "a seed in a drawer", "something else")
    ]
    together = seedling.embed(texts, NEVER)
    assert together is not None
    for text, vector in zip(texts, together, strict=True):
        (alone,) = seedling.embed([text], NEVER) or [[]]
        assert vector == pytest.approx(alone, abs=NEAR / 10)
        assert sum(one * one for one in vector) == pytest.approx(1.0)
    stop = threading.Event()
    stop.set()
    assert seedling.embed(texts, stop) is None


def test_embeddings_come_in_the_order_of_their_texts_however_they_are_batched(
    seedling: TransformersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = (
        "a seed that slept in a drawer for a long time",
        "a",
        "a seed in a drawer",
        "seed",
        "something else",
    )
    texts = [seedling.tokenize(one, special=True) for one in said]
    whole = seedling.embed(texts, NEVER)
    monkeypatch.setattr("qwendesk_transformers.engine.scoring._TOKENS", 8)
    parts = seedling.embed(texts, NEVER)
    assert whole is not None
    assert parts is not None
    for one, other in zip(whole, parts, strict=True):
        assert one == pytest.approx(other, abs=NEAR / 10)
    assert whole[1] != pytest.approx(whole[3], abs=0.02)


def test_a_mixture_of_experts_generates(tmp_path: Path) -> None:
    import transformers

    folder = tmp_path / "moe"
    folder.mkdir()
    size = tiny_safetensors.write_tokenizer(folder, tiny_safetensors.TEMPLATE)
    shape = Shape(hidden=64, inner=64, layers=2, heads=2, kv_heads=1, head=32)
    torch.manual_seed(0)
    config = transformers.Qwen3MoeConfig(
        **{**tiny_safetensors.configuration(shape, 1024, size), "model_type": "qwen3_moe"},
        num_experts=4,
        num_experts_per_tok=2,
        moe_intermediate_size=32,
    )
    transformers.Qwen3MoeForCausalLM(config).save_pretrained(folder)
    engine, report = opened(folder)
    assert report.architecture == "qwen3_moe"
    assert len(ids_of(collect(engine, EngineRequest((65, 66, 67), Sampling(seed=1), max_tokens=5)))) <= 5
    engine.close()
    pytest.importorskip("bitsandbytes")
    engine, report = opened(folder, quantization="nf4")
    engine.close()
    assert "experts_not_quantized" in [one.id for one in report.notes]
    experts = sum(one.bytes for one in read_facts(folder).tensors if ".experts." in one.name) // 2
    found = estimate(read_facts(folder), "transformers", {"quantization": "nf4"}).bytes_of("weights")
    assert found > experts
    assert report.options["weight_bytes"] <= found <= 2.2 * report.options["weight_bytes"]


# A small model that guesses, a fixed cache, compiled code


def test_a_draft_model_changes_no_token_and_saves_steps(reference: Reference) -> None:
    engine, _ = opened(SEEDLING, draft="model", draft_model=str(SEEDLING), slots=2)
    for question in QUESTIONS[:2]:
        prompt = prompt_of(engine, question)
        events = collect(engine, EngineRequest(prompt, GREEDY, max_tokens=60))
        assert ids_of(events) == reference(prompt, 60)
        end = end_of(events)
        assert end.drafted_tokens > 0
        # The same model guesses what it says; what it guesses behind the end of a text counts as wrong.
        assert end.accepted_tokens >= (0.95 if end.reason == "length" else 0.5) * end.drafted_tokens
    engine.close()


def test_a_draft_model_of_another_vocabulary_is_refused(tmp_path: Path) -> None:
    other = tiny_safetensors.write_tiny(tmp_path / "m")
    with pytest.raises(Problem, match="draft_model_unfit"):
        opened(SEEDLING, draft="model", draft_model=str(other))
    with pytest.raises(Problem, match="draft_model_unfit"):
        opened(SEEDLING, draft="model")


def test_a_fixed_cache_says_the_same_and_goes_back(reference: Reference) -> None:
    engine, report = opened(SEEDLING, static_cache=True, slots=4)
    assert (report.slots, report.options["static_cache"]) == (1, True)
    prompt = prompt_of(engine, "Count from 1 to 20")
    assert ids_of(collect(engine, EngineRequest(prompt, GREEDY, max_tokens=40))) == reference(prompt, 40)
    other = (*prompt[:-6], *prompt_of(engine, "x")[-4:])
    events = collect(engine, EngineRequest(other, GREEDY, max_tokens=20))
    assert end_of(events).reused_tokens > 0
    assert ids_of(events) == reference(other, 20)
    engine.close()


@pytest.mark.timeout(400)
@pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs a compiler")
def test_compiled_code_says_the_same(reference: Reference) -> None:
    engine, report = opened(SEEDLING, compile=True, warmup=False)
    assert report.options["compile"] is True
    prompt = prompt_of(engine, "What is 23 + 45?")
    for _ in range(2):
        assert ids_of(collect(engine, EngineRequest(prompt, GREEDY, max_tokens=20))) == reference(prompt, 20)
    engine.close()


@pytest.mark.parametrize(
    ("raised", "problem"),
    [
        (
            torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
            "engine_out_of_card_memory",
        ),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory"), "engine_out_of_memory"),
        (RuntimeError("something else"), "engine_failed"),
    ],
)
def test_memory_that_runs_out_ends_the_replies_and_not_the_engine(
    monkeypatch: pytest.MonkeyPatch, reference: Reference, raised: Exception, problem: str
) -> None:
    """What the card's allocator raises is raised here by the model, for there is no card to fill."""
    engine, _ = opened(SEEDLING)
    assert engine._loaded is not None
    forward = engine._loaded.scheduler._forward
    prompt = prompt_of(engine, QUESTIONS[1])

    def fails(*_: Any, **__: Any) -> None:
        raise raised

    with monkeypatch.context() as patch:
        patch.setattr(forward, "_model", fails)
        patch.setattr(forward, "_single", fails)
        with pytest.raises(Problem) as caught:
            collect(engine, EngineRequest(prompt, GREEDY, max_tokens=20))
        assert caught.value.id == problem
    assert ids_of(collect(engine, EngineRequest(prompt, GREEDY, max_tokens=20))) == reference(prompt, 20)
    engine.close()


def test_a_tensor_that_is_not_there_is_no_random_number(tmp_path: Path) -> None:
    folder = tiny_safetensors.write_tiny(tmp_path / "m")
    tensors = load_file(folder / "model.safetensors")
    gone = next(name for name in tensors if name.endswith("mlp.down_proj.weight"))
    del tensors[gone]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(Problem) as caught:
        opened(folder)
    assert caught.value.id == "load_failed"
    assert gone in str(caught.value.arguments["detail"])


class _Held:
    """A sequence that holds nothing, and remembers what it was told to keep."""

    size, tokens = 64, ()

    def __init__(self) -> None:
        self.kept: list[int] = []

    def __len__(self) -> int:
        return 0

    def reachable(self, length: int) -> int:
        return length

    def keep(self, length: int) -> None:
        self.kept.append(length)


def test_a_draft_model_that_fails_costs_guesses_and_no_reply() -> None:
    """Its cache is half written then, and is begun anew."""
    sequence = _Held()

    class Broken:
        def read(self, *_: object) -> None:
            raise RuntimeError("no memory")

    drafter = ModelDrafter(Broken(), sequence, 16)  # type: ignore[arg-type]
    drafter.follow([1, 2, 3])
    assert drafter.guess(4) == []
    assert sequence.kept[-1] == 0


def test_a_draft_model_reads_a_long_prompt_piece_by_piece(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, _ = opened(SEEDLING, draft="model", draft_model=str(SEEDLING), chunk=16)
    prompt = prompt_of(engine, "Tell me a long story about a seed. " * 4)
    read: list[int] = []
    whole = Forward.read

    def watched(self: Forward, sequence: Any, feed: list[int], *rest: Any, **more: Any) -> Any:
        read.append(len(feed))
        return whole(self, sequence, feed, *rest, **more)

    monkeypatch.setattr(Forward, "read", watched)
    events = collect(engine, EngineRequest(prompt, GREEDY, max_tokens=40))
    engine.close()
    assert len(prompt) > 32
    assert max(read) <= 16
    assert end_of(events).drafted_tokens > 0
    assert ids_of(events) == reference(prompt, 40)


@pytest.mark.parametrize(
    "place", ["{there}/own.OwnConfig", "sub/own.OwnConfig", "own.Own.Config", "gone.OwnConfig"]
)
def test_code_by_a_path_is_not_the_models_own(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "m"
    named = place.format(there=tmp_path)
    tiny_safetensors.write_tiny(folder, auto_map={"AutoConfig": named}, model_type="own")
    (folder / "own.py").write_text("")
    with pytest.raises(Problem, match="remote_code_elsewhere"):
        remotecode.is_allowed(folder, remotecode.fingerprint(folder, remotecode.files(folder)))


def test_memory_that_runs_out_in_the_first_run_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr("qwendesk_transformers.engine.loaded._warm_up", full)
    with pytest.raises(Problem, match="engine_out_of_card_memory"):
        opened(tiny_safetensors.write_tiny(tmp_path / "m"), warmup=True)


def test_what_a_card_says_ends_behind_its_numbers() -> None:
    raised = torch.cuda.OutOfMemoryError(
        "CUDA out of memory. Tried to allocate 15.26 GiB. GPU 0 has a total capacity of 79.18 GiB of which "
        "7.87 GiB is free. Process 1529 has 70.79 GiB memory in use. Of the allocated memory 0 bytes is"
    )
    found = problem_of(raised)
    assert isinstance(found, Problem)
    assert str(found.arguments["cause"]).endswith("of which 7.87 GiB is free.")


def test_a_model_spread_by_a_device_map_says_the_same(reference: Reference) -> None:
    engine, report = opened(SEEDLING, device_map="auto")
    assert report.options["device_map"] == "auto"
    prompt = prompt_of(engine, QUESTIONS[1])
    assert ids_of(collect(engine, EngineRequest(prompt, GREEDY, max_tokens=20))) == reference(prompt, 20)
    engine.close()
    with pytest.raises(Problem, match="option_conflict"):
        opened(SEEDLING, device_map="auto", static_cache=True)


def test_memory_of_the_processor_that_runs_out_has_its_name() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(10**15)
    assert "engine_out_of_memory" in str(problem_of(caught.value))
