"""What goes along with a message: given, shown, taken out, and seen again in the conversation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton
from pytestqt.qtbot import QtBot

from qwendesk.chat.turn import Attachment, Turn
from qwendesk.ui.chat.attached import AttachedItem
from qwendesk.ui.chat.attachments import MOST, Attachments
from qwendesk.ui.chat.bubble import BubbleItem
from qwendesk.ui.chat.chip import Chip
from qwendesk.ui.chat.view import ChatView

ENTER = Qt.Key.Key_Return
COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def row(view: ChatView) -> Attachments:
    return view.composer.attachments


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(one)) for one in paths])
    return data


def words(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def enter(view: ChatView, data: QMimeData) -> bool:
    event = QDragEnterEvent(QPoint(9, 9), COPY, data, LEFT, NONE)
    QApplication.sendEvent(view, event)
    return event.isAccepted()


def drop(view: ChatView, data: QMimeData) -> None:
    assert enter(view, data)
    QApplication.sendEvent(view, QDragMoveEvent(QPoint(9, 9), COPY, data, LEFT, NONE))
    QApplication.sendEvent(view, QDropEvent(QPointF(9, 9), COPY, data, LEFT, NONE))


def ready(row: Attachments, id: int, **changes: object) -> None:
    row.show_chip(replace(row.chips[id], state="ready", **changes))  # type: ignore[arg-type]


def test_files_are_dropped_anywhere(view: ChatView, row: Attachments, tmp_path: Path) -> None:
    data = files(tmp_path / "a.txt", tmp_path / "b\nc.pdf")
    assert enter(view, data)
    assert view.dropping.isVisible()
    assert view.dropping.geometry() == view.rect()
    assert not view.dropping.grab().isNull()
    QApplication.sendEvent(view, QDragLeaveEvent())
    assert not view.dropping.isVisible()
    drop(view, data)
    assert [one.name for one in row.chips.values()] == ["a.txt", "b c.pdf"]
    assert [given for _id, _name, given in row.take()] == [tmp_path / "a.txt", tmp_path / "b\nc.pdf"]
    assert not row.take()


def test_words_and_addresses_are_dropped_into_the_field(view: ChatView, row: Attachments) -> None:
    link = words("https://example.org/")
    link.setUrls([QUrl("https://example.org/")])
    assert enter(view, link)
    assert not view.dropping.isVisible()
    drop(view, link)
    drop(view, words(" is a link"))
    assert view.composer.field.toPlainText() == "https://example.org/ is a link"
    assert not row.chips
    empty = QMimeData()
    empty.setData("application/x-nothing", b"x")
    assert not enter(view, empty)


def test_images_and_files_are_pasted(view: ChatView, row: Attachments, tmp_path: Path) -> None:
    field, image = view.composer.field, QImage(8, 8, QImage.Format.Format_RGB32)
    data = QMimeData()
    data.setImageData(image)
    for pasted in (data, files(tmp_path / "x.csv"), words("plain")):
        assert field.canInsertFromMimeData(pasted)
        field.insertFromMimeData(pasted)
    office = words("a cell")
    office.setImageData(image)
    field.insertFromMimeData(office)
    assert [one.name for one in row.chips.values()] == ["Pasted image", "x.csv"]
    assert field.toPlainText() == "plaina cell"


def test_nothing_is_sent_before_it_is_read(view: ChatView, row: Attachments, qtbot: QtBot) -> None:
    composer, sent = view.composer, list[str]()
    view.send_requested.connect(sent.append)
    row.add(Path("/x/report.pdf"))
    qtbot.keyClicks(composer.field, "Sum up")
    assert row.buttons[0].accessibleName() == "report.pdf, reading…"
    assert row.buttons[0].close_button.accessibleName() == "Stop reading report.pdf"
    qtbot.keyClick(composer.field, ENTER)
    assert not sent
    assert not composer.primary.isEnabled()
    ready(row, 1, size=1_200_000, detail="1,234 tokens")
    assert row.buttons[0].accessibleName() == "report.pdf, 1.2 MB · 1,234 tokens"
    assert row.buttons[0].close_button.accessibleName() == "Take out report.pdf"
    qtbot.keyClick(composer.field, ENTER)
    assert sent == ["Sum up"]
    qtbot.keyClick(composer.field, ENTER)
    assert sent == ["Sum up", ""], "an attachment needs no words"
    assert composer.asked == ["Sum up"]


def test_what_cannot_be_sent_says_why(view: ChatView, row: Attachments, qtbot: QtBot) -> None:
    view.composer.field.setPlainText("look")
    row.add(Path("/x/a.png"))
    row.show_chip(Chip(1, "a.png", "refused", problem="The model cannot see a.png."))
    row.add(Path("/x/b.zip"))
    row.show_chip(Chip(2, "b.zip", "failed", problem="b.zip is no text."))
    row.add(Path("/x/c.txt"))
    ready(row, 3, notes=("c.txt was read as cp1252.",))
    assert row.said.texts == ["The model cannot see a.png.", "b.zip is no text.", "c.txt was read as cp1252."]
    assert len(row.buttons) == 2
    assert "cannot see" in row.buttons[0].accessibleDescription()
    assert "cp1252" in row.buttons[1].toolTip()
    assert not view.composer.primary.isEnabled()
    row.remove(1)
    assert view.composer.primary.isEnabled()
    QApplication.processEvents()
    (dismiss,) = (one for one in row.findChildren(QPushButton) if one.isVisible())
    qtbot.mouseClick(dismiss, LEFT)
    assert row.said.texts == ["c.txt was read as cp1252."]


def test_the_keyboard_takes_out_and_goes_on(view: ChatView, row: Attachments, qtbot: QtBot) -> None:
    for name in ("a", "b", "c"):
        row.add(Path(f"/x/{name}"))
    first, second, third = row.buttons
    QApplication.processEvents()
    view.composer.field.setFocus()
    qtbot.keyClick(view.composer.field, Qt.Key.Key_Backtab)
    assert third.close_button.hasFocus()
    second.setFocus()
    with qtbot.waitSignal(row.removed) as removed:
        qtbot.keyClick(second, Qt.Key.Key_Delete)
    assert removed.args == [2]
    assert third.hasFocus()
    with qtbot.waitSignal(row.opened) as opened:
        qtbot.keyClick(third, Qt.Key.Key_Space)
    assert opened.args == [3]
    third.close_button.setFocus()
    qtbot.keyClick(third.close_button, Qt.Key.Key_Space)
    assert first.hasFocus()
    qtbot.keyClick(first, Qt.Key.Key_Backspace)
    assert view.composer.field.hasFocus()
    assert not row.isVisible()


def test_each_message_has_its_own(view: ChatView, row: Attachments, qtbot: QtBot) -> None:
    composer = view.composer
    row.add(Path("/x/a"))
    composer.set_draft("other", "second chat")
    assert not row.chips
    row.show_chip(replace(Chip(1, "a"), state="ready"))
    assert row.has(1)
    composer.set_draft("first")
    assert [one.state for one in row.chips.values()] == ["ready"]
    composer.edit(7, "an old question")
    assert not row.chips
    row.add(Path("/x/b"))
    ready(row, 2)
    gone: list[int] = []
    row.removed.connect(gone.append)
    seen: list[list[str]] = []
    view.edited.connect(lambda *_: seen.append([one.name for one in row.chips.values()]))
    qtbot.keyClick(composer.field, ENTER)
    assert seen == [["b"]]
    assert [one.name for one in row.chips.values()] == ["a"]
    assert gone == [2], "nobody took it"


def test_there_is_an_end_to_it(row: Attachments) -> None:
    for at in range(MOST + 5):
        row.add(Path(f"/x/{at}"))
    assert len(row.buttons) == MOST
    assert len(row.said.texts) == 1
    assert "50 attachments" in row.said.texts[0]
    assert len(row.take()) == MOST


def kept(name: str, kind: str = "text", tokens: int | None = None) -> Attachment:
    return Attachment(name, kind, name, 12_000, Path("/x") / name, tokens)  # type: ignore[arg-type]


def test_a_question_shows_what_went_along(view: ChatView, qtbot: QtBot) -> None:
    wanted: list[tuple[Attachment, object]] = []
    view.picture_wanted.connect(lambda *what: wanted.append(what))
    report, photo = kept("report.pdf", tokens=1234), kept("photo.jpg", "image")
    view.add_turn(Turn(1, "user", "What is this?", attachments=(report, photo)))
    attached, bubble, _end = view.transcript.blocks.items
    assert isinstance(attached, AttachedItem)
    assert isinstance(bubble, BubbleItem)
    assert [one for one, _ in wanted] == [photo]
    block = attached.widget
    assert block is not None
    before = block.height()
    _one, seen = wanted[0]
    seen(QImage(320, 100, QImage.Format.Format_RGB32))  # type: ignore[operator]
    assert block.height() == before - 160 + 50
    assert not block.grab().isNull()
    buttons = block.findChildren(QAbstractButton)
    assert [one.accessibleName() for one in buttons] == ["Show photo.jpg", "Show report.pdf"]
    assert "1,234 tokens" in buttons[1].toolTip()
    with qtbot.waitSignal(view.attachment_opened) as opened:
        qtbot.keyClick(buttons[1], Qt.Key.Key_Space)
    assert opened.args == [report]
    assert len(wanted) == 1


def test_a_picture_that_is_gone_leaves_its_name(view: ChatView) -> None:
    wanted: list[tuple[Attachment, object]] = []
    view.picture_wanted.connect(lambda *what: wanted.append(what))
    view.add_turn(Turn(1, "user", "", attachments=(kept("photo.jpg", "image"),)))
    attached, _end = view.transcript.blocks.items
    wanted[0][1](None)  # type: ignore[operator]
    assert attached.widget is not None
    assert not attached.widget.grab().isNull()
