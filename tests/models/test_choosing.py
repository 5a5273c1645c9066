"""ORG/REPO:QUANT as people write it, and the files that it means."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.api.problem import Problem
from qwendesk.api.sources import Listing, RemoteFile, RemoteModel
from qwendesk.models.choosing import Wanted, choose, parse, quant_of, same_quant


def listing(*names: str) -> Listing:
    files = tuple(RemoteFile(name, 1000 + len(name), sha256="0" * 64) for name in names)
    return Listing(RemoteModel("huggingface", "acme/tiny"), "main", files)


def chosen(found: Listing, quant: str = "", **wish: object) -> list[str]:
    return [one.path for one in choose(found, quant, **wish).files]  # type: ignore[arg-type]


def problem(found: Listing, quant: str = "", **wish: object) -> Problem:
    with pytest.raises(Problem) as caught:
        choose(found, quant, **wish)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Qwen/Qwen3-4B-GGUF", Wanted("Qwen/Qwen3-4B-GGUF")),
        ("Qwen/Qwen3-4B-GGUF:Q4_K_M", Wanted("Qwen/Qwen3-4B-GGUF", "Q4_K_M")),
        ("https://huggingface.co/Qwen/Qwen3-4B-GGUF", Wanted("Qwen/Qwen3-4B-GGUF")),
        ("hf.co/Qwen/Qwen3-4B-GGUF:Q8_0", Wanted("Qwen/Qwen3-4B-GGUF", "Q8_0")),
        ("https://www.modelscope.cn/models/Qwen/Qwen3-4B/", Wanted("Qwen/Qwen3-4B")),
    ],
)
def test_what_people_type(text: str, wanted: Wanted) -> None:
    assert parse(text) == wanted


@pytest.mark.parametrize("text", ["", "Qwen", "a/b/c", "/b", "a/", ":Q4"])
def test_what_is_no_repository(text: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(text)
    assert caught.value.id == "repo_name_wrong"


@pytest.mark.parametrize(
    ("path", "quant"),
    [
        ("Qwen3-4B-Q4_K_M.gguf", "Q4_K_M"),
        ("qwen2.5-7b-instruct-q4_k_m.gguf", "Q4_K_M"),
        ("Qwen3-4B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"),
        ("Qwen3-30B-A3B-IQ4_XS-00001-of-00003.gguf", "IQ4_XS"),
        ("UD-Q2_K_XL/Qwen3-235B-00001-of-00002.gguf", "UD-Q2_K_XL"),
        ("Qwen3.BF16.gguf", "BF16"),
        ("model-fp16.gguf", "F16"),
        ("gpt-MXFP4_MOE.gguf", "MXFP4_MOE"),
        ("qwen3-4b.gguf", ""),
        ("Qwen1.5-0.5B.gguf", ""),
    ],
)
def test_the_quantization_of_a_name(path: str, quant: str) -> None:
    assert quant_of(path) == quant


@pytest.mark.parametrize("typed", ["q4_k_m", "Q4_K_M", "Q4-K-M", " q4_k_M "])
def test_spellings(typed: str) -> None:
    found = listing("x-Q4_K_M.gguf", "x-Q8_0.gguf")
    assert same_quant(typed) == "Q4_K_M"
    assert chosen(found, typed) == ["x-Q4_K_M.gguf"]


def test_the_default_is_q4_k_m_or_the_nearest() -> None:
    assert chosen(listing("x-Q8_0.gguf", "x-Q4_K_M.gguf", "x-F16.gguf")) == ["x-Q4_K_M.gguf"]
    assert chosen(listing("x-Q8_0.gguf", "x-Q5_K_M.gguf", "x-F16.gguf")) == ["x-Q5_K_M.gguf"]
    assert chosen(listing("x-Q8_0.gguf", "x-UD-Q4_K_XL.gguf")) == ["x-UD-Q4_K_XL.gguf"]
    assert chosen(listing("strange.gguf")) == ["strange.gguf"]


def test_unsloth_s_prefix_may_be_left_out() -> None:
    assert chosen(listing("x-UD-Q4_K_XL.gguf", "x-Q8_0.gguf"), "q4_k_xl") == ["x-UD-Q4_K_XL.gguf"]
    both = listing("x-UD-Q4_K_M.gguf", "x-Q4_K_M.gguf")
    assert chosen(both, "Q4_K_M") == ["x-Q4_K_M.gguf"]
    assert chosen(both, "ud-q4_k_m") == ["x-UD-Q4_K_M.gguf"]


def test_a_split_file_comes_whole() -> None:
    names = [f"Q8_0/x-Q8_0-0000{n}-of-00003.gguf" for n in (2, 1, 3)]
    assert chosen(listing(*names, "x-Q4_K_M.gguf"), "Q8_0") == sorted(names)
    missing = problem(listing(*names[:2], "x-Q4_K_M.gguf"), "Q8_0")
    assert (missing.id, missing.arguments["missing"]) == ("split_incomplete", 1)


def test_the_projector_comes_on_request() -> None:
    found = listing("x-Q4_K_M.gguf", "mmproj-x-F16.gguf", "mmproj-x-F32.gguf", "imatrix.gguf")
    assert chosen(found) == ["x-Q4_K_M.gguf"]
    assert chosen(found, mmproj=True) == ["x-Q4_K_M.gguf", "mmproj-x-F16.gguf"]


def test_named_files() -> None:
    found = listing("x-Q4_K_M.gguf", "README.md", "pytorch_model.bin")
    assert chosen(found, names=["README.md"]) == ["README.md"]
    missing = problem(found, names=["nothing.gguf"])
    assert missing.id == "files_missing"
    assert "bin" not in str(missing.arguments["known"])


def test_a_safetensors_repository_comes_without_pickles_and_code() -> None:
    found = listing(
        *(
            "config.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "merges.txt",
        ),
        *("model.safetensors.index.json", "tokenizer.json", "chat_template.jinja", "LICENSE", "README.md"),
        *(
            "pytorch_model.bin",
            "model.pt",
            "modeling_qwen.py",
            "requirements.txt",
            ".gitattributes",
            "x.onnx",
        ),
        *("original/consolidated.pth", "onnx/model.json", "training_args.bin", "flax_model.msgpack", "tf.h5"),
    )
    assert set(chosen(found)) == {
        *(
            "config.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "merges.txt",
        ),
        *("model.safetensors.index.json", "tokenizer.json", "chat_template.jinja", "LICENSE", "README.md"),
    }
    assert problem(found, "Q4_K_M").id == "quant_missing"


def test_what_cannot_be_chosen() -> None:
    assert problem(listing("pytorch_model.bin", "config.json")).id == "repo_unloadable"
    assert problem(listing("x-Q4_K_M.gguf"), "Q9_9").id == "quant_missing"
    assert problem(listing("a-Q4_K_M.gguf", "b-Q4_K_M.gguf"), "Q4_K_M").id == "quant_ambiguous"


@given(st.lists(st.text(max_size=20), max_size=6), st.text(max_size=8))
def test_no_listing_does_more_than_be_refused(names: list[str], quant: str) -> None:
    with contextlib.suppress(Problem):
        assert choose(listing(*names), quant).files
