"""Attachments in a real window: read, counted, sent, refused, kept with the conversation, looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from fakes.png import noise_png
from qwendesk.chat.turn import Attachment
from qwendesk.plugins import Found
from qwendesk.ui.chat.attachments import Attachments
from qwendesk.ui.dialogs.attached import LONGEST_LINE, PART, AttachedDialog
from ui.conftest import Opened, load_with

Opens = Callable[..., Opened]
Scripts = Callable[..., list[Found]]


@pytest.fixture
def opened(open_window: Opens, scripted: Scripts) -> Opened:
    opened = open_window(scripted())
    opened.until_ready()
    return opened


def row(opened: Opened) -> Attachments:
    return opened.window.chat.composer.attachments


def add(opened: Opened, *given: Path | str | QImage) -> None:
    """Attach these and wait until they are read and counted."""
    for one in given:
        row(opened).add(one)
    chips = row(opened).chips
    opened.until(lambda: all(one.state != "reading" and one.detail != "counting…" for one in chips.values()))


def send(opened: Opened, text: str) -> None:
    before = len(opened.turns)
    opened.qtbot.keyClicks(opened.window.chat.composer.field, text)
    opened.qtbot.keyClick(opened.window.chat.composer.field, Qt.Key.Key_Return)
    opened.until(lambda: len(opened.turns) == before + 2 and not opened.turns[-1].running)


def details(opened: Opened) -> list[str]:
    return [one.detail for one in row(opened).chips.values()]


def on_disk(opened: Opened) -> list[Path]:
    return [one for one in opened.room.app.paths.attachments.rglob("*") if one.is_file()]


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("The harbour opens at nine.")
    return path


def test_a_file_is_counted_sent_and_kept(opened: Opened, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(note)], ""))
    opened.controller.actions.trigger("chat.attach")
    opened.until(lambda: details(opened) and details(opened)[0].endswith("tokens"))
    count = int(details(opened)[0].split()[0])
    session = opened.room.conversing.session
    assert session is not None
    text = "[file: note.txt]\nThe harbour opens at nine.\n[end of note.txt]"
    assert count == session.count_tokens(text)
    opened.until(lambda: opened.window.chat.composer.count.text() == f"{count} / 4,096")
    send(opened, "When?")
    question, reply = opened.turns
    assert reply.answer == f"{text}\n\nWhen?", "the scripted engine says what it was sent"
    assert question.answer == "When?"
    assert [(one.name, one.kind, one.tokens) for one in question.attachments] == [("note.txt", "text", count)]
    assert not row(opened).chips
    assert not row(opened).isVisible()
    talk = opened.room.conversing.talk
    assert talk is not None
    assert opened.room.app.history.open(talk.conversation.id).turns[0].attachments == question.attachments


def test_another_model_counts_anew(opened: Opened, note: Path) -> None:
    add(opened, note)
    before = details(opened)
    load_with(opened, cut=1)
    opened.until(lambda: details(opened)[0].endswith("tokens") and details(opened) != before)


def test_a_paste_too_long_for_the_field(opened: Opened) -> None:
    add(opened, "%PDF-1.4 looks like something else\n" * 2000)
    assert [one.name for one in row(opened).chips.values()] == ["Pasted text"]
    send(opened, "")
    assert opened.turns[0].attachments[0].path.read_text().startswith("[file: Pasted text]\n%PDF-1.4")
    opened.until(lambda: opened.room.views.chats.list.rows.things)
    assert opened.room.views.chats.list.rows.things[0].about.title == "Pasted text"
    assert opened.window.chat.header._title.text() == "Pasted text"


def test_what_cannot_be_read_says_why(opened: Opened, tmp_path: Path) -> None:
    archive, latin, folder = tmp_path / "a.zip", tmp_path / "b.csv", tmp_path / "c"
    archive.write_bytes(b"PK\x03\x04nothing")
    latin.write_bytes("Stadt,n\nMünchen,1\nZürich,2\nKöln,3\n".encode("latin-1"))
    folder.mkdir()
    add(opened, archive, latin, folder, tmp_path / "gone.txt")
    said = row(opened).said.texts
    assert "a.zip is not a kind of file" in said[0]
    assert "it was read as" in said[1]
    assert "c is no file" in said[2]
    assert "gone.txt cannot be opened" in said[3]
    assert [one.accessibleName().split(",")[0] for one in row(opened).buttons] == ["b.csv"]
    send(opened, "What is there?")
    assert [one.name for one in opened.turns[0].attachments] == ["b.csv"]
    assert not row(opened).said.texts


def test_a_model_that_cannot_see(opened: Opened, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(noise_png(0))
    add(opened, photo)
    assert "cannot see photo.png" in row(opened).said.texts[0]
    assert "projector" in row(opened).said.texts[0]
    opened.window.chat.composer.field.setPlainText("look")
    assert not opened.window.chat.composer.primary.isEnabled()
    assert len(on_disk(opened)) == 1
    row(opened).buttons[0].close_button.click()
    opened.until(lambda: not on_disk(opened))
    assert opened.window.chat.composer.primary.isEnabled()
    opened.room.running.unload()
    opened.until(lambda: opened.room.conversing.state is not None and opened.room.conversing.state.over)
    add(opened, photo)
    assert not row(opened).said.texts, "whether the next model sees is not known yet"
    send(opened, "look")
    assert opened.turns[-1].state == "failed"
    assert opened.turns[-1].problem is not None
    assert opened.turns[-1].problem.id == "images_unsupported"


def test_what_was_sent_stays_when_its_double_is_taken_out(opened: Opened, note: Path) -> None:
    add(opened, note)
    send(opened, "one")
    add(opened, note, note)
    assert [one.name for one in row(opened).chips.values()] == ["note.txt", "note.txt (2)"]
    row(opened).buttons[0].close_button.click()
    row(opened).buttons[0].close_button.click()
    opened.until(lambda: not opened.controller.background.busy)
    assert opened.turns[0].attachments[0].path.is_file()


def test_reading_is_stopped(opened: Opened, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go, asked, history = threading.Event(), threading.Event(), opened.room.app.history
    attach = history.attach

    def slowly(name: str, kind: str, content: bytes) -> Attachment:
        asked.set()
        assert go.wait(10)
        return attach(name, kind, content)  # type: ignore[arg-type]

    monkeypatch.setattr(history, "attach", slowly)
    row(opened).add(note)
    row(opened).add("second " * 10)
    opened.until(asked.is_set)
    assert [one.state for one in row(opened).chips.values()] == ["reading", "reading"]
    row(opened).buttons[0].close_button.click()
    go.set()
    opened.until(lambda: [one.state for one in row(opened).chips.values()] == ["ready"])
    assert not row(opened).said.texts
    assert [one.name for one in row(opened).chips.values()] == ["Pasted text"]


def test_a_question_asked_differently_keeps_its_own_and_takes_more(opened: Opened, note: Path) -> None:
    add(opened, note)
    send(opened, "one")
    add(opened, "for the next message " * 4)
    composer = opened.window.chat.composer
    opened.window.chat.turn_asked.emit("edit", opened.turns[0].id)
    assert not row(opened).chips
    add(opened, "for this one " * 4)
    first = opened.turns[0].id
    opened.qtbot.keyClick(composer.field, Qt.Key.Key_Return)
    opened.until(lambda: opened.turns and opened.turns[0].id != first and not opened.turns[-1].running)
    kept = opened.turns[0].attachments
    assert [one.name for one in kept] == ["note.txt", "Pasted text"]
    assert "for this one" in kept[1].path.read_text()
    assert [one.state for one in row(opened).chips.values()] == ["ready"]
    opened.room.conversing.new_chat()
    assert not row(opened).chips


def dialog(opened: Opened) -> AttachedDialog:
    found = opened.window.findChild(AttachedDialog)
    assert found is not None
    return found


def test_the_text_is_shown_in_parts(opened: Opened) -> None:
    add(opened, "x" * (3 * PART))
    row(opened).buttons[0].click()
    shown = dialog(opened)
    opened.until(shown.text.toPlainText)
    assert len(shown.text.toPlainText()) < PART * 1.1
    assert max(map(len, shown.text.toPlainText().split("\n"))) <= LONGEST_LINE
    bar = shown.text.verticalScrollBar()
    while len(shown.text.toPlainText()) < 3 * PART:
        bar.setValue(bar.maximum())
    opened.qtbot.mouseClick(shown.copy, Qt.MouseButton.LeftButton)
    assert len(QGuiApplication.clipboard().text()) > 3 * PART
    shown.reject()


def test_what_is_gone_says_so(opened: Opened, note: Path) -> None:
    add(opened, note)
    send(opened, "one")
    attachment = opened.turns[0].attachments[0]
    attachment.path.unlink()
    opened.window.chat.attachment_opened.emit(attachment)
    shown = dialog(opened)
    opened.until(lambda: "cannot be read" in shown.about.text())
    shown.reject()


def test_a_vision_model_is_shown_a_picture(open_window: Opens, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp")
    from fakes.vision_gguf import write_vision

    (tmp_path / "vision").mkdir()
    files = write_vision(tmp_path / "vision", "qwen3-vl")
    opened = open_window()
    opened.until_ready()
    photo = tmp_path / "photo.png"
    photo.write_bytes(noise_png(0, 112, 112))
    add(opened, photo)
    assert row(opened).said.texts, "Seedling reads words only"
    opened.room.running.open_file(str(files.model))
    opened.until(lambda: opened.room.conversing.report and opened.room.conversing.report.image_token)
    opened.until(lambda: not row(opened).said.texts)
    send(opened, "what is it?")
    finished = opened.turns[-1].finished
    assert finished is not None
    assert finished.usage.prompt_tokens > 18, "as many as an image of this size takes, and the words"


def test_a_folder_with_a_vision_model_is_shown_a_picture(open_window: Opens, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from fakes.tiny_vision_safetensors import write_vision_folder

    folder = write_vision_folder(tmp_path / "vision", "qwen3-vl")
    opened = open_window()
    opened.until_ready()
    photo = tmp_path / "photo.png"
    photo.write_bytes(noise_png(0, 128, 128))
    add(opened, photo)
    assert [one.state for one in row(opened).chips.values()] == ["refused"], "Seedling reads words only"
    opened.room.running.open_file(str(folder))
    opened.until(lambda: opened.room.conversing.report and opened.room.conversing.report.image_token)
    opened.until(lambda: [one.state for one in row(opened).chips.values()] == ["ready"])
    send(opened, "what is it?")
    finished = opened.turns[-1].finished
    assert finished is not None
    assert finished.usage.prompt_tokens > 18, "as many as an image of this size takes, and the words"
    assert opened.turns[-2].attachments[0].kind == "image"


def test_a_model_that_hears_is_sent_a_recording(open_window: Opens, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("soundfile")
    from fakes.recordings import recording, silence
    from fakes.tiny_audio_safetensors import write_audio_folder

    folder = write_audio_folder(tmp_path / "hearing")
    opened = open_window()
    opened.until_ready()
    short, long = tmp_path / "note.ogg", tmp_path / "concert.flac"
    short.write_bytes(recording(0, 7.0, "vorbis"))
    long.write_bytes(silence(3 * 3600))
    add(opened, short, long)
    assert [one.state for one in row(opened).chips.values()] == ["refused"] * 2, "Seedling reads words only"
    assert details(opened) == ["0:07", "3:00:00"]
    opened.room.running.open_file(str(folder))
    opened.until(lambda: opened.room.conversing.report and opened.room.conversing.report.audio_token)
    opened.until(lambda: [one.state for one in row(opened).chips.values()] == ["ready", "refused"])
    assert "concert.flac takes 10,800 seconds" in row(opened).said.texts[0]
    row(opened).remove(list(row(opened).chips)[1])
    send(opened, "what is it?")
    question, reply = opened.turns[-2:]
    assert reply.finished is not None
    assert reply.finished.usage.prompt_tokens > 175, "25 a second, and the words"
    (attachment,) = question.attachments
    assert (attachment.kind, attachment.read()) == ("audio", short.read_bytes())
    opened.room.attaching.open(attachment)
    opened.until(lambda: dialog(opened).about.text().endswith(" · 0:07"))


def test_an_example_does_not_take_what_is_not_ready(opened: Opened, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(noise_png(0))
    add(opened, photo)
    opened.ask("an example")
    assert not opened.turns[0].attachments
    assert [one.state for one in row(opened).chips.values()] == ["refused"]
