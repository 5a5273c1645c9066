"""What Discover knows without asking anybody, and foreign cards as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.api.sources import Listing, RemoteFile, RemoteModel
from qwendesk.models import discovery
from qwendesk.models.cardtext import card_text
from qwendesk.models.discovery import Find, Wish
from qwendesk.models.prospect import Space, prospect

LAPTOP = Space(memory=12 << 30, disk=100 << 30)


def test_every_model_with_files_is_offered_with_a_fit() -> None:
    finds = discovery.offered()
    assert len(finds) > 80
    shown = discovery.shown(finds, Wish(), LAPTOP)
    assert {one.find.repo for one in shown} == {one.repo for one in finds}
    assert shown[0].offer is not None
    assert shown[0].offer.prospect is not None
    assert shown[0].offer.prospect.verdict == "fits"
    known = [one for one in shown if one.offer is not None and one.offer.prospect is not None]
    assert len(known) > 70
    assert {one.offer.prospect.verdict for one in known if one.offer and one.offer.prospect} >= {
        "fits",
        "too_big",
    }


def test_the_makers_files_come_before_those_of_others() -> None:
    find = next(one for one in discovery.offered() if one.title == "Qwen3-4B")
    usual = discovery.usual(discovery.offers(find, LAPTOP))
    assert usual is not None
    assert usual.name == "Qwen/Qwen3-4B-GGUF:Q4_K_M"
    assert usual.size == 2497280256


def test_a_small_disk_is_told_before_memory() -> None:
    assert prospect(5 << 30, "Q4_K_M", None, Space(64 << 30, 2 << 30)).verdict == "no_room"


def test_a_wished_quantization_rules_out_models_without_it() -> None:
    shown = discovery.shown(discovery.offered(), Wish(quant="Q2_K"), LAPTOP)
    assert shown
    assert {one.offer.quant for one in shown if one.offer is not None} == {"Q2_K"}


def test_a_listing_offers_whole_files_only() -> None:
    files = [
        RemoteFile("a-Q8_0.gguf", 10),
        RemoteFile("b-Q4_K_M-00001-of-00002.gguf", 10),
        RemoteFile("mmproj-F16.gguf", 10),
    ]
    listing = Listing(RemoteModel("hub", "acme/a"), "main", tuple(files))
    assert [one.quant for one in discovery.listed(Find("acme/a", "hub"), listing, LAPTOP)] == ["Q8_0"]


def test_an_answer_of_a_hub_is_recognized() -> None:
    found = discovery.answered(
        "hub", [RemoteModel("hub", "someone/Qwen3-4B-GGUF"), RemoteModel("hub", "a/b")]
    )
    assert found[0].entry is not None
    assert found[0].entry.title == "Qwen3-4B"
    assert found[1].entry is None


@pytest.mark.parametrize(
    ("card", "text"),
    [
        ("---\ntags: [x]\n---\n# A\n", "# A"),
        ("a <!-- hidden --> b", "a  b"),
        ("<script>alert(1)</script>x", "x"),
        ("![logo](https://evil.example/x.png)words", "words"),
        ("[here](https://a.example)", "here (https://a.example)"),
        ("&lt;b&gt; &amp;", "<b> &"),
        ("a\n\n\n\n\nb", "a\n\nb"),
    ],
)
def test_a_card_is_its_words(card: str, text: str) -> None:
    assert card_text(card) == text


@given(st.text(alphabet=st.sampled_from("<>![]()-\n ahtps:/.")), st.text())
def test_any_card_becomes_printable_text(syntax: str, words: str) -> None:
    text = card_text(syntax + words + syntax)
    assert all(one.isprintable() or one in "\n\t" for one in text)
