"""Remedies in words: a button's label, or flags of the command line."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from qwendesk.api.words import N_
from qwendesk.models.model import Model
from qwendesk.runtimes.remedies import Remedy
from qwendesk.words import _, figures
from qwendesk.words import memory as words
from qwendesk.words.problems import word

Title = Callable[[str], str]


_PLAIN = {
    "again": N_("Start again"),
    "verify": N_("Verify the file"),
    "models": N_("Choose another model"),
    "find": N_("Find another file"),
    "runtime": N_("Load with {runtime}"),
    "good": N_("Load with the settings that worked ({runtime})"),
    "update": N_("It worked with {engine}: copy “{command}”"),
    "engine": N_("Go back to {engine}, with which it worked"),
    "options": N_("Load with {change}"),
    "smaller_file": N_("Load the file with {quant}"),
}


def label(one: Remedy, title: Title) -> str:
    """What a button says; `title` gives a runtime's name by its id."""
    facts = {
        **(one.note.arguments if one.note is not None else {}),
        "runtime": title(one.runtime or ""),
        "change": words.change(one.options) if one.id == "options" else "",
        "quant": one.model.quantization if one.model is not None else "",
    }
    return _with_memory(_(_PLAIN[one.id]).format(**facts), one)


def _with_memory(said: str, one: Remedy) -> str:
    return f"{said} ({figures.size(one.needed)})" if one.needed else said


def advice(remedies: Iterable[Remedy]) -> list[str]:
    """The same for a command line: a line for each that can be said as flags or a command."""
    return [said for one in remedies if (said := _line(one))]


def _line(one: Remedy) -> str:
    match one.id:
        case "options":
            return _with_memory(flags(one.options), one)
        case "good":
            # An empty value would take the place of the user's own setting.
            typed = flags({name: value for name, value in one.changes.items() if value != ""})
            return _("It worked with: {flags}").format(flags=f"--runtime {one.runtime} {typed}".strip())
        case "runtime":
            return f"--runtime {one.runtime}"
        case "smaller_file" | "verify" | "find" if one.model is not None:
            return _with_memory(_command(one.id, one.model), one)
        case "update" | "engine" if one.note is not None:
            return str(word(one.note))
    return ""


def _command(id: str, model: Model) -> str:
    """A file that was opened by its path has no name that a command knows."""
    if id == "find":
        return f"qwendesk search {shlex.quote(model.title)}"
    name = model.name if model.bundled else shlex.quote(str(model.path))
    return f"qwendesk {'verify' if id == 'verify' else 'chat'} {name}"


def flags(options: Mapping[str, Any]) -> str:
    """Load options as a person would type them."""
    return " ".join(
        f"--ctx {value}" if name == "context" else f"-o {name}={value}"
        for name, value in options.items()
        if value is not None
    )
