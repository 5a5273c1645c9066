"""`qwendesk roofline`: what memory could give, and what recorded replies reached."""

from __future__ import annotations

import json

from .conftest import Run


def test_the_roof_is_told_before_and_after_the_first_reply(qwendesk: Run) -> None:
    before = json.loads(qwendesk("roofline", "--json").stdout)
    assert before["reached"] == []
    assert before["ceiling"] == before["bandwidth"] / before["weights_per_token"]
    assert "No reply of it was recorded yet" in qwendesk("roofline", "seedling").stdout
    question = ("chat", "--no-save", "--no-think", "-p", "Tell me a story about a forest")
    assert qwendesk(*question, "--runtime", "llamaserver").returncode == 0
    told = json.loads(qwendesk("roofline", "--json").stdout)
    (reached,) = told["reached"]
    assert (reached["runtime"], reached["replies"]) == ("llamaserver", 1)
    assert reached["share"] == reached["tokens_per_s"] / reached["ceiling"]
    assert reached["ceiling"] < told["ceiling"]  # there is a prompt to read
    assert sum(reached["seconds"].values()) >= 0.999 / reached["tokens_per_s"]
    assert "The last reply reached" in qwendesk("roofline").stdout


def test_a_model_that_is_not_there_is_a_sentence(qwendesk: Run) -> None:
    done = qwendesk("roofline", "nowhere.gguf")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
