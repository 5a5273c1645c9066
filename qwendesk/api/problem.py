"""What goes wrong, as data: an id and its arguments.

Rooms below the faces never write sentences. They raise a `Problem`; the window and the command
line look its id up in `qwendesk.words` and say what happened, to what, and what to do next.

    Problem
      the user's world   a file, a setting, a model, a machine: expected, worded, no traceback
      `internal`         our bug: worded as such, with the place to report it
"""

from __future__ import annotations

from dataclasses import dataclass, field

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell that did not stop the work: an id and arguments, worded like a Problem."""

    id: str
    arguments: dict[str, Value] = field(default_factory=dict)


class Problem(Exception):
    """An expected failure. `id` names it, `arguments` fill its sentence; both cross processes."""

    def __init__(self, id: str, /, **arguments: Value) -> None:
        super().__init__(id, arguments)
        self.id = id
        self.arguments = arguments

    def __str__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.id}({inside})"

    def note(self) -> Note:
        """The same as plain data, as it travels over the pipe."""
        return Note(self.id, self.arguments)

    @classmethod
    def of(cls, note: Note) -> Problem:
        """The exception again, from what travelled."""
        return cls(note.id, **note.arguments)
