"""`qwendesk prompts`: list, show, fill, import, export, remove."""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import Run

MINE = 'id = "hello"\ntitle = "Hello"\nkind = "message"\ntext = "Say {{n}} times hello to {{who}}."\n' + (
    '[[variables]]\nname = "who"\ntitle = "Who"\n'
    '[[variables]]\nname = "n"\ntitle = "Times"\ntype = "number"\ndefault = 2\n'
)


def test_the_list_and_one_of_it(qwendesk: Run) -> None:
    listed = qwendesk("prompts")
    assert listed.returncode == 0
    assert "\ntutoring" in listed.stdout
    assert "\n/translate" in listed.stdout
    data = json.loads(qwendesk("prompts", "--json").stdout)
    assert {"bundled"} == {one["origin"] for one in data}
    shown = qwendesk("prompts", "show", "mathematics")
    assert "\\boxed{}" in shown.stdout
    assert "digits (Significant digits): 4" in shown.stdout
    assert (
        json.loads(qwendesk("prompts", "show", "coding", "--json").stdout)["variables"][0]["name"]
        == "language"
    )


def test_filling(qwendesk: Run) -> None:
    filled = qwendesk(
        "prompts", "fill", "translate", "language=Korean", "text=-", input="Guten Tag {{language}}\n"
    )
    assert filled.returncode == 0
    assert "into Korean." in filled.stdout
    assert "<text>\nGuten Tag {{language}}\n</text>\n" in filled.stdout
    for wrong, code, said in (
        (["translate"], 1, "needs more to be filled: text"),
        (["tutoring", "words=many"], 2, "does not fit the option words"),
        (["tutoring", "words=9999"], 2, "Choose a value from 30 to 500."),
        (["tutoring", "colour=red"], 1, "has no variable colour"),
        (["nothing"], 1, "There is no prompt nothing."),
    ):
        result = qwendesk("prompts", "fill", *wrong)
        assert (result.returncode, result.stdout) == (code, "")
        assert said in result.stderr
    assert qwendesk("prompts", "fill", "tutoring", "words").returncode == 2


def test_own_prompts_come_and_go(qwendesk: Run, tmp_path: Path) -> None:
    given, out = tmp_path / "given.toml", tmp_path / "out.toml"
    assert "no prompts of your own" in qwendesk("prompts", "export", str(out)).stderr
    given.write_text(MINE, encoding="utf-8")
    assert qwendesk("prompts", "import", str(given)).stdout == "hello  Hello\n"
    assert qwendesk("prompts", "fill", "hello", "who=you", "n=3").stdout == "Say 3 times hello to you.\n"
    assert "/hello" in qwendesk("prompts").stdout
    assert qwendesk("prompts", "export", str(out)).returncode == 0
    assert qwendesk("prompts", "export", str(out), "hello", "table").returncode == 2
    assert qwendesk("prompts", "export", str(out), "hello", "table", "--replace").returncode == 0
    assert qwendesk("prompts", "rm", "hello").returncode == 0
    assert "There is no prompt hello." in qwendesk("prompts", "show", "hello").stderr
    assert qwendesk("prompts", "import", str(out)).stdout == "hello  Hello\ntable  Table\n"
    assert "cannot be removed" in qwendesk("prompts", "rm", "coding").stderr


def test_a_broken_file_is_told_and_costs_only_itself(qwendesk: Run, tmp_path: Path) -> None:
    own = tmp_path / "home" / "prompts"
    own.mkdir(parents=True)
    (own / "broken.toml").write_text("id = [", encoding="utf-8")
    listed = qwendesk("prompts")
    assert listed.returncode == 0
    assert "broken.toml holds no prompt" in listed.stderr
    assert "tutoring" in listed.stdout
