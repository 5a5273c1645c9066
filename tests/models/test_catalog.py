"""The catalogue: shipped as edited, quick to load, and truthful about how sure it is."""

from __future__ import annotations

import gzip
import json
import runpy
from pathlib import Path

import pytest

from fakes.header_bytes import file
from fakes.tiny_gguf import write_tiny
from qwendesk.api.sampling import Sampling
from qwendesk.models.catalog import catalogue
from qwendesk.models.facts import Facts, Origin, Template
from qwendesk.models.identify import identify
from qwendesk.models.reading import read_facts
from qwendesk.models.recommended import Recommended, recommended
from qwendesk.system.paths import resources


def test_the_shipped_form_is_that_of_the_edited_one() -> None:
    folder = resources() / "catalog"
    made = runpy.run_path(str(folder / "ship.py"))["content"]()
    shipped = json.loads(gzip.decompress((folder / "catalog.json.gz").read_bytes()))
    assert shipped == json.loads(json.dumps(made)), "Run: make catalog"


def test_everything_is_there() -> None:
    known = catalogue()
    assert (len(known.families), sum(1 for _ in known.entries())) == (42, 192)
    assert len(known.quants) == 36
    generations = {one.generation for one in known.families}
    assert generations == {1, 1.5, 2, 2.5, 3, 3.5, 3.6, 3.8}
    for family in known.families:
        assert family.sources, family.id
        assert family.models, family.id


def test_licences_differ_within_a_generation() -> None:
    licences = {size: catalogue().at(f"Qwen/Qwen2.5-{size}-Instruct") for size in ("3B", "7B", "72B")}
    assert [found and found[1].licence for found in licences.values()] == [
        "qwen-research",
        "apache-2.0",
        "qwen",
    ]


def test_who_made_a_file() -> None:
    found = catalogue().at("unsloth/Qwen3.5-9B-GGUF")
    assert found is not None
    assert [(one.publisher, one.official) for one in found[1].gguf][:1] == [("unsloth", False)]
    official = catalogue().at("Qwen/Qwen3-8B-GGUF")
    assert official is not None
    assert official[1].gguf[0].official


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("q4_k_m", "Q4_K_M"),
        ("UD-Q4_K_XL", "Q4_K_M"),
        ("Q4_K_L", "Q4_K_M"),
        ("Q6_K_L", "Q6_K"),
        ("Q8_0", "Q8_0"),
    ],
)
def test_a_mixture_of_a_publisher_is_like_a_plain_one(name: str, base: str) -> None:
    found = catalogue().quant(name)
    assert found is not None
    assert found.name == base
    assert catalogue().quant("nonsense") is None


@pytest.mark.parametrize(
    ("repo", "name", "wanted"),
    [
        ("Qwen/Qwen3-4B-GGUF", "", "Qwen/Qwen3-4B"),
        ("bartowski/Qwen_Qwen3-4B-Instruct-2507-GGUF", "", "Qwen/Qwen3-4B-Instruct-2507"),
        ("", "Qwen3VL-8B-Instruct-Q4_K_M", "Qwen/Qwen3-VL-8B-Instruct"),
        ("", "qwen2_5-32b-instruct-q4_k_m", "Qwen/Qwen2.5-32B-Instruct"),
        ("", "qwen1_5-0_5b-chat-q4_0", "Qwen/Qwen1.5-0.5B-Chat"),
        ("", "Qwen3.8-27B-UD-Q4_K_XL", "Qwen/Qwen3.8-27B"),
        ("", "Qwen3-Coder-Next-Q4_K_M", "Qwen/Qwen3-Coder-Next"),
        ("", "Qwen2.5-7B-Instruct-1M-Q8_0", "Qwen/Qwen2.5-7B-Instruct-1M"),
    ],
)
def test_names(repo: str, name: str, wanted: str) -> None:
    found = identify(None, repo, name)
    assert found is not None
    assert found.entry.repo == wanted


def test_a_name_that_the_header_contradicts() -> None:
    """DeepSeek's distilled Qwen2.5 holds "Qwen-7B" in its name and is no Qwen of the first generation."""
    facts = Facts("gguf", architecture="qwen2", layers=28, embedding=3584, feed_forward=18944)
    found = identify(facts, "", "DeepSeek-R1-Distill-Qwen-7B-Q4_K_M")
    assert found is None or found.certainty == "unsure"


def test_three_generations_share_a_header() -> None:
    facts = Facts("gguf", architecture="qwen35", layers=64, embedding=5120, feed_forward=17408)
    found = identify(facts)
    assert found is not None
    assert (found.certainty, found.evidence) == ("unsure", "shape")
    assert {one.title for one in (found.entry, *found.others)} >= {
        "Qwen3.5-27B",
        "Qwen3.6-27B",
        "Qwen3.8-27B",
    }
    # The three do not agree on sampling with thinking, so nothing is recommended.
    assert recommended(found, facts.template, None) is None
    named = identify(facts, "", "Qwen3.6-27B-Q4_K_M")
    assert named is not None
    assert (named.entry.title, named.certainty) == ("Qwen3.6-27B", "likely")


def test_what_the_file_was_made_from_counts_more_than_its_name() -> None:
    origin = Origin(base_models=("Qwen/Qwen3.5-9B",))
    found = identify(Facts("gguf", name="My tune", origin=origin))
    assert found is not None
    assert (found.entry.title, found.evidence, found.certainty) == ("Qwen3.5-9B", "base model", "sure")


def test_strangers_are_nothing_special(tmp_path: Path) -> None:
    assert identify(read_facts(write_tiny(tmp_path / "t.gguf")), "", "t") is None
    assert identify(None, "meta/Llama", "llama-3-8b") is None


def test_sampling_by_mode() -> None:
    found = identify(None, "unsloth/Qwen3.5-9B-GGUF")
    made = recommended(found, Template(), None)
    assert made is not None
    assert made.thinks
    assert made.sampling() == made.thinking
    assert made.sampling(False) == Sampling(presence_penalty=1.5)
    assert made.sampling(True) == Sampling(temperature=1.0, top_p=0.95, presence_penalty=1.5)


def test_the_template_decides_what_is_the_default() -> None:
    found = identify(None, "Qwen/Qwen3-8B")
    off = Template("x", "switch", thinks_by_default=False)
    always = Template("x", "always")
    assert [recommended(found, one, None).thinks for one in (off, always)] == [False, True]  # type: ignore[union-attr]


def test_greedy_by_one_candidate() -> None:
    """Qwen2.5-VL ships top_k 1."""
    made = recommended(identify(None, "Qwen/Qwen2.5-VL-7B-Instruct"), Template(), None)
    assert made is not None
    assert made.plain is not None
    assert made.plain.top_k == 1


def test_an_unknown_file_recommends_itself(tmp_path: Path) -> None:
    keys: dict[str, object] = {"general.architecture": "other", "general.sampling.temp": 0.25}
    keys |= {"general.sampling.top_k": 7, "general.sampling.top_p": 9.0, "general.sampling.min_p": "no"}
    (tmp_path / "m.gguf").write_bytes(file(keys, {}))
    own = Sampling(temperature=0.25, top_k=7)
    assert recommended(None, Template(), read_facts(tmp_path / "m.gguf").sampling) == Recommended(own, own)
    assert recommended(None, Template(), None) is None
