"""Conversations as they are read, of whichever format each one is, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from qwendesk.api.problem import Note, Problem
from qwendesk.chat.conversation import Conversation
from qwendesk.chat.exporting.document import FORMAT
from qwendesk.chat.importing import chatgpt, jan, lmstudio, messagelist
from qwendesk.chat.importing.growing import Tree, grown, skipped
from qwendesk.chat.importing.imported import Attach, Format, Imported
from qwendesk.chat.importing.jsondata import element, fields
from qwendesk.chat.importing.lying import Lying, user_files
from qwendesk.chat.importing.own import Own


class Gathering:
    """Takes one value after the other. All methods raise `attachment_not_saved`."""

    def __init__(self, attach: Attach | None) -> None:
        self._attach = attach
        self._made: list[Conversation] = []
        self._formats: set[Format] = set()
        self._skipped: list[Note] = []

    def done(self, path: Path) -> Imported:
        """All of it. Raises Problem `import_unknown`, or what was wrong where nothing could be read."""
        if not self._formats:
            raise Problem.of(self._skipped[0]) if self._skipped else Problem("import_unknown", path=str(path))
        one = next(iter(self._formats)) if len(self._formats) == 1 else "several"
        return Imported(tuple(self._made), one, tuple(self._skipped))

    def take(self, value: Any, path: str, files: Lying, place: Path | None = None) -> bool:
        """Read one conversation of any format; False where it is none. `place`: the file that it fills."""
        given = fields(value)
        if given.text("format") == FORMAT:
            own = Own(value, path, self._attach)
            self._keep("qwendesk", own.conversation, own.note())
        elif (tree := chatgpt.tree(value, files)) is not None:
            self._grow("chatgpt", tree)
        elif (tree := lmstudio.tree(value, user_files(place) if place else files)) is not None:
            self._grow("lmstudio", tree)
        elif given.list("messages") or isinstance(value, list):
            self._grow("openai", messagelist.tree(value, path))
        else:
            return False
        return True

    def take_each(self, listed: Iterable[bytes], path: Path, files: Lying) -> None:
        """Read each one of many. Raises Problem `import_unknown` where none of them is a conversation."""
        before, known = len(self._skipped), False
        for number, one in enumerate(filter(bytes.strip, listed), 1):
            known |= self._take_one(one, f"{path}[{number}]", files)
        if not known:
            del self._skipped[before:]
            raise Problem("import_unknown", path=str(path))

    def _take_one(self, data: bytes, path: str, files: Lying) -> bool:
        """Whether it is a conversation, even a broken one."""
        title = ""
        try:
            value = element(data, path)
            title = fields(value).text("title") or fields(value).text("name")
            if self.take(value, path, files):
                return True
            self._skipped.append(skipped(title or path, "it is no conversation"))
        except Problem as problem:
            if problem.id == "attachment_not_saved":
                raise
            detail = str(problem.arguments.get("detail") or problem.id)
            self._skipped.append(skipped(title or path, detail))
            return True
        return False

    def take_thread(self, thread: Any, messages: Sequence[Any], broken: int) -> None:
        """One of Jan's; `broken` counts lines that were no JSON."""
        tree = jan.tree(thread, messages)
        self._grow("jan", tree)
        if broken:
            self._skipped.append(_counted("import_lines_skipped", tree.about.title, broken))

    def skip(self, problem: Problem) -> None:
        """Go on without this, unless nothing can be kept at all; other JSON may lie in a folder, too."""
        if problem.id == "attachment_not_saved":
            raise problem
        self._skipped += [problem.note()] if problem.id != "import_unknown" else []

    def _grow(self, format: Format, tree: Tree) -> None:
        if not tree.said:
            self._formats.add(format)
            self._skipped.append(skipped(tree.about.title or "–", "it has no messages"))
            return
        note = _counted("import_files_missing", tree.about.title, tree.missing) if tree.missing else None
        self._keep(format, grown(tree, self._attach), note)

    def _keep(self, format: Format, conversation: Conversation, note: Note | None) -> None:
        self._formats.add(format)
        self._made.append(conversation)
        self._skipped += [note] if note is not None else []


def _counted(id: str, title: str, count: int) -> Note:
    return Note(id, {"title": title[:80], "count": count})
