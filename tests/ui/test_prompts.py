"""System prompts, assistants and slash commands in a real window: chosen, filled, used, kept, taken in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from qwendesk.api.messages import Thinking
from qwendesk.api.prompts import PromptTemplate
from qwendesk.chat.prompts.assistants import Assistant
from qwendesk.chat.prompts.drafting import drafted
from qwendesk.chat.prompts.filling import fill
from qwendesk.chat.prompts.library import PromptLibrary
from qwendesk.system.paths import resources
from qwendesk.ui.dialogs.asking import AskingDialog
from qwendesk.ui.dialogs.assistant import AssistantDialog
from qwendesk.ui.dialogs.passage import PassageField
from qwendesk.ui.dialogs.variablefields import ListField, OpenChoiceField
from qwendesk.ui.dialogs.variableform import VariableForm
from ui.conftest import Opened

Opens = Callable[..., Opened]
Scripts = Callable[..., list]  # type: ignore[type-arg]
SEEDLING = resources() / "seedling" / "seedling-q8_0.gguf"


@pytest.fixture
def opened(open_window: Opens, scripted: Scripts) -> Opened:
    opened = open_window(scripted())
    opened.until_ready()
    opened.until(lambda: opened.room.slashing.list._prompts)
    return opened


def dialog(opened: Opened) -> AssistantDialog:
    opened.until(lambda: opened.window.findChild(AssistantDialog) is None)
    opened.controller.actions.trigger("chat.assistant")
    found = opened.window.findChild(AssistantDialog)
    assert found is not None
    opened.until(lambda: found.list.list.rows.rowCount() > 1)
    return found


def press(opened: Opened, button: object) -> None:
    opened.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def pick(opened: Opened, shown: AssistantDialog, kind: str, id: str) -> None:
    shown.list.list.mark((kind, id))
    assert shown.sheet.source is not None
    assert shown.sheet.source.key == (kind, id)
    form = shown.sheet.form
    opened.until(lambda: form is None or not form.building)


def asking(opened: Opened) -> AskingDialog:
    opened.until(lambda: [one for one in opened.window.findChildren(AskingDialog) if one.isVisible()])
    return next(one for one in opened.window.findChildren(AskingDialog) if one.isVisible())


def system(opened: Opened) -> str:
    assert opened.room.conversing.talk is not None
    return opened.room.conversing.talk.conversation.system


def named(opened: Opened) -> str:
    button = opened.window.chat.header.system
    return button.text() if button.isVisible() else ""


def test_a_prompt_is_filled_used_named_and_there_after_a_restart(
    open_window: Opens, scripted: Scripts
) -> None:
    first = open_window(scripted())
    first.until_ready()
    assert named(first) == ""
    shown = dialog(first)
    pick(first, shown, "system", "coding")
    assert not shown.cost.isVisible()
    shown.sheet.form.set_values({"language": "Rust", "tests": True})  # type: ignore[union-attr]
    assert "experienced Rust programmer" in shown.sheet.text
    press(first, shown.use)
    assert "experienced Rust programmer" in system(first)
    first.until(lambda: named(first) == "Programming")
    first.ask("hello")
    first.until(first.room.views.chats.list.rows.rowCount)
    first.controller.close()
    first.until(lambda: first.controller.background.closed)
    again = open_window(scripted())
    again.until_open()
    again.until(lambda: again.room.conversing.talk is not None and again.turns)
    assert "experienced Rust programmer" in system(again)
    again.until(lambda: named(again) == "Programming")


def test_changed_later_it_is_kept_and_its_cost_is_told(opened: Opened) -> None:
    opened.ask("hello")
    shown = dialog(opened)
    assert shown.sheet.text == ""
    assert not shown.use.isEnabled()
    assert not shown.cost.isVisible()
    opened.qtbot.keyClicks(shown.sheet.edit, "Be brief.")
    assert shown.cost.isVisible()
    press(opened, shown.use)
    opened.until(lambda: named(opened) == "System prompt")
    talk = opened.room.conversing.talk
    assert talk is not None
    kept = opened.room.app.history.open(talk.conversation.id)
    assert kept.system == "Be brief."
    press(opened, opened.window.chat.header.system)
    opened.until(lambda: opened.window.findChild(AssistantDialog) is not None)
    shown = opened.window.findChild(AssistantDialog)
    shown.sheet.edit.clear()
    assert shown.use.text() == "Take it out of this chat"
    press(opened, shown.use)
    assert system(opened) == ""
    opened.until(lambda: named(opened) == "")


def test_forms_begin_with_what_the_prompts_are_filled_with(dressed: QApplication, tmp_path: Path) -> None:
    for one in PromptLibrary(resources() / "prompts", tmp_path).list():
        needed = {variable.name: "x" for variable in one.variables if variable.default is None}
        needed = {name: text for name, text in needed.items() if _is_text(one, name)}
        form = VariableForm(one.variables)
        assert form.fields.keys() == {variable.name for variable in one.variables}
        assert fill(one, {**form.values(), **needed}) == fill(one, needed)


def _is_text(prompt: PromptTemplate, name: str) -> bool:
    return next(one for one in prompt.variables if one.name == name).type == "text"


def test_the_list_is_searched(opened: Opened) -> None:
    shown = dialog(opened)
    every = shown.list.list.rows.rowCount()
    opened.qtbot.keyClicks(shown.list.field, "step by step")
    assert 0 < shown.list.list.rows.rowCount() < every
    shown.list.field.setText("nothing like this")
    assert shown.list.pages.shown == "Nothing matches"
    shown.list.field.clear()
    assert shown.list.list.rows.rowCount() == every


def test_what_is_typed_stays_until_it_is_filled_in_again(opened: Opened) -> None:
    shown = dialog(opened)
    pick(opened, shown, "system", "coding")
    sheet = shown.sheet
    assert not sheet.again.isVisible()
    sheet.edit.setPlainText("My own words")
    assert sheet.form is not None
    sheet.form.set_values({"language": "Go"})
    assert sheet.text == "My own words"
    press(opened, sheet.again)
    assert "experienced Go programmer" in sheet.text
    assert not sheet.again.isVisible()


def test_recommended_settings_go_along_if_wanted(opened: Opened) -> None:
    thinking, sampling = opened.room.views.run.thinking, opened.room.views.run.sampling
    opened.room.app.prompts.save(
        drafted("Cold", "system", "Be cold.", base=opened.room.app.prompts.get("translation"))
    )
    opened.room.running.set_thinking(Thinking(on=True, budget=64))
    shown = dialog(opened)
    pick(opened, shown, "system", "cold")
    assert shown.sheet.recommended.text().endswith("reasoning off")
    shown.sheet.recommended.setChecked(False)
    press(opened, shown.use)
    assert thinking.value().on is True
    shown = dialog(opened)
    pick(opened, shown, "system", "mathematics")
    opened.room.running.set_thinking(Thinking(on=False, budget=64))
    press(opened, shown.use)
    assert (thinking.value().on, thinking.value().budget) == (True, 64)
    assert not sampling.changes()


def test_own_prompts_are_saved_removed_and_brought_back(opened: Opened) -> None:
    prompts = opened.room.app.prompts
    shown = dialog(opened)
    shown.sheet.edit.setPlainText("Report on {{topic}} for {{topic}}.")
    shown.save_requested.emit("prompt")
    asked = asking(opened)
    press(opened, asked.does)
    assert asked.problem.isVisible(), "without a name there is no prompt"
    asked.form.set_values({"title": "Coding", "summary": "Reports", "kind": "Slash command"})
    assert "stands in for" in asked.hint.text()
    asked.form.set_values({"title": "Weekly report"})
    assert not asked.hint.isVisible()
    press(opened, asked.does)
    opened.until(lambda: shown.list.current and shown.list.current.key == ("message", "weekly-report"))
    assert "is saved" in shown.line.text.text()
    assert [one.name for one in prompts.get("weekly-report").variables] == ["topic"]
    assert shown.sheet.text == "Report on {{topic}} for {{topic}}."
    press(opened, shown.remove)
    opened.until(lambda: "is removed" in shown.line.text.text())
    assert "weekly-report" not in {one.id for one in prompts.list()}
    press(opened, shown.line.act)
    opened.until(lambda: "is back" in shown.line.text.text())
    assert prompts.get("weekly-report").title == "Weekly report"


def test_prompts_come_from_files_and_go_to_them(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts, path = opened.room.app.prompts, tmp_path / "mine.toml"
    prompts.save(drafted("Mine", "message", "First {{x}}"))
    shown = dialog(opened)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    shown.all.trigger()
    opened.until(lambda: "Written to" in shown.line.text.text())
    prompts.save(drafted("Mine", "message", "Second {{x}}"))
    shown.import_requested.emit()
    opened.until(lambda: shown.line.act.text() == "Import and replace")
    assert "Nothing was imported" in shown.line.text.text()
    press(opened, shown.line.act)
    opened.until(lambda: "1 prompt was taken in" in shown.line.text.text())
    assert prompts.get("mine").text == "First {{x}}"
    path.write_text("this is no TOML")
    shown.import_requested.emit()
    opened.until(lambda: "holds no prompt" in shown.line.text.text())
    assert shown.line.text.property("state") == "bad"


def test_a_broken_file_is_told(opened: Opened) -> None:
    folder = opened.controller.paths.prompts
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "broken.toml").write_text("id = 1")
    shown = dialog(opened)
    opened.until(lambda: "broken.toml" in shown.line.text.text())


def test_an_assistant_is_saved_and_begins_a_chat(opened: Opened, tmp_path: Path) -> None:
    run, running = opened.room.views.run, opened.room.running
    bundled = running.picked
    assert bundled is not None
    shutil.copy(SEEDLING, tmp_path / "other-Q8_0.gguf")
    running.open_file(str(tmp_path / "other-Q8_0.gguf"))
    opened.until(lambda: running.picked != bundled and any("other" in one.name for one in running.models))
    opened.until_ready()
    other = running.picked
    assert other is not None
    run.sampling.set_values({"temperature": 1.3, "seed": 7})
    running.set_thinking(Thinking(on=False))
    shown = dialog(opened)
    shown.sheet.edit.setPlainText("You are Ada.")
    shown.save_requested.emit("assistant")
    asked = asking(opened)
    asked.form.set_values({"name": "Ada"})
    press(opened, asked.does)
    opened.until(lambda: shown.list.current and shown.list.current.key == ("assistant", "Ada"))
    kept = opened.room.app.assistants.get("ada")
    assert (kept.system, kept.model, kept.thinking.on) == ("You are Ada.", other.name, False)
    assert dict(kept.sampling) == {"temperature": 1.3, "seed": 7}
    assert "temperature 1.3" in shown.sheet.facts.text()
    shown.reject()
    running.switch(bundled)
    opened.until(lambda: opened.room.conversing.session is not None)
    opened.until_ready()
    running.set_thinking(Thinking(on=True))
    run.sampling.set_values({"temperature": 0.1, "seed": None, "top_k": 3})
    opened.ask("hello")
    shown = dialog(opened)
    pick(opened, shown, "assistant", "Ada")
    press(opened, shown.start)
    assert not opened.turns
    assert system(opened) == "You are Ada."
    opened.until(lambda: named(opened) == "Ada")
    opened.until(lambda: _loaded(opened) == other.path)
    opened.until_ready()
    values = run.sampling.values()
    assert (values["temperature"], values["seed"], values["top_k"] != 3) == (1.3, 7, True)
    assert run.thinking.value().on is False
    press(opened, opened.window.chat.header.system)
    opened.until(lambda: opened.window.findChild(AssistantDialog) is not None)


def _loaded(opened: Opened) -> Path | None:
    session = opened.room.conversing.session
    return session.recipe.model.path if session is not None else None


def test_an_assistant_whose_model_is_gone_begins_all_the_same(opened: Opened) -> None:
    opened.room.assisting.start(Assistant("Ada", "You are Ada.", "acme/gone:Q8_0", {"temperature": 0.4}))
    assert system(opened) == "You are Ada."
    assert "acme/gone:Q8_0" in opened.window.notices.said("assistant")
    assert opened.room.views.run.sampling.values()["temperature"] == 0.4


def test_a_slash_command_with_its_text_is_sent(opened: Opened) -> None:
    field = opened.window.chat.composer.field
    opened.qtbot.keyClicks(field, "/summarise a long story")
    opened.qtbot.keyClick(field, Qt.Key.Key_Return)
    opened.until(lambda: len(opened.turns) == 2 and not opened.turns[-1].running)
    assert "<text>\na long story\n</text>" in opened.turns[0].answer
    assert field.toPlainText() == ""


def test_without_its_text_a_dialog_asks(opened: Opened) -> None:
    field = opened.window.chat.composer.field
    opened.qtbot.keyClicks(field, "/rewrite ")
    opened.qtbot.keyClick(field, Qt.Key.Key_Return)
    asked = asking(opened)
    press(opened, asked.does)
    assert "needs more" in asked.problem.text()
    fields = asked.form.fields
    passage, style = fields["text"], fields["style"]
    assert isinstance(passage, PassageField)
    assert isinstance(style, OpenChoiceField)
    opened.qtbot.keyClicks(passage.edit, "hey")
    style.combo.setCurrentText("like a pirate")
    press(opened, asked.does)
    assert "like a pirate" in field.toPlainText()
    assert "<text>\nhey\n</text>" in field.toPlainText()
    assert not opened.turns, "it stands there to be sent"
    field.undo()
    assert field.toPlainText() == "/rewrite "


def test_a_monstrous_text_is_taken_but_not_laid_out(opened: Opened) -> None:
    opened.room.slashing.ask(opened.room.app.prompts.get("review"))
    asked = asking(opened)
    passage, focus = asked.form.fields["work"], asked.form.fields["focus"]
    assert isinstance(passage, PassageField)
    assert isinstance(focus, ListField)
    pasted = QMimeData()
    pasted.setText("x" * 1_000_000)
    passage.edit.insertFromMimeData(pasted)
    assert passage.edit.toPlainText() == ""
    assert passage.pasted.text() == "Pasted text, 1 line"
    assert len(passage.value()) == 1_000_000
    press(opened, passage.drop)
    assert passage.value() == ""
    before = focus.value()
    menu = focus.choose.menu()
    menu.aboutToShow.emit()
    assert menu.actions()[0].isChecked()
    menu.actions()[0].trigger()
    assert focus.value() != before
    assert before.startswith(menu.actions()[0].text())
    menu.actions()[0].trigger()
    assert set(focus.value().split(", ")) == set(before.split(", "))


def test_a_message_from_the_library_goes_to_the_composer(opened: Opened) -> None:
    shown = dialog(opened)
    pick(opened, shown, "message", "translate")
    assert "{{text}}" in shown.sheet.text
    shown.sheet.edit.setPlainText("Into {{language}}: {{text}}")
    press(opened, shown.use)
    asked = asking(opened)
    asked.form.set_values({"text": "Guten Tag", "language": "English"})
    press(opened, asked.does)
    assert opened.window.chat.composer.field.toPlainText() == "Into English: Guten Tag"


def test_a_question_that_is_asked_differently_may_be_a_command(opened: Opened) -> None:
    opened.ask("hello")
    question = opened.turns[0]
    composer = opened.window.chat.composer
    composer.edit(question.id, "/summarise hello")
    opened.qtbot.keyClick(composer.field, Qt.Key.Key_Return)
    opened.until(lambda: opened.turns[0].id != question.id and not opened.turns[-1].running)
    assert "<text>\nhello\n</text>" in opened.turns[0].answer
    assert len(opened.turns) == 2


def test_a_text_too_long_to_edit_is_refused_and_shown_in_part(opened: Opened) -> None:
    shown = dialog(opened)
    pasted = QMimeData()
    pasted.setText("x" * 100_000)
    shown.sheet.edit.insertFromMimeData(pasted)
    assert "too long" in shown.line.text.text()
    assert shown.sheet.text == ""
    shown.reject()
    opened.room.assisting.use("x" * 100_000)
    shown = dialog(opened)
    assert shown.sheet.edit.isReadOnly()
    assert len(shown.sheet.edit.toPlainText()) < 10_000
    assert shown.sheet.text == "x" * 100_000
