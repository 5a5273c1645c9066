"""TOML files of ours and of strangers: read within limits into dataclasses, written whole."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import tomli_w

from qwendesk.api.problem import Problem
from qwendesk.system.settings import write_atomically

T = TypeVar("T")
_LARGEST = 1 << 20
# The time that tomllib takes for one key grows with the square of its parts.
_DEEP_KEY = re.compile(rb"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){32}""")


def read(path: Path, kind: type[T], several: str) -> tuple[T, ...]:
    """What the file holds: one `kind` at its top, or any number in the list named `several`.

    Raises:
        Problem: `prompt_file_broken` (path, detail) or `file_unreadable`.
    """
    table = _table(path)
    tables = table[several] if table.keys() == {several} else [table]
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise _broken(path, f"{several} is no list of tables")
    return tuple(_converted(one, kind, path) for one in tables)


def write(path: Path, items: tuple[Any, ...], several: str) -> None:
    """Write them so that `read` finds them; ends of lines become plain. Raises Problem `prompt_not_saved`."""
    tables = [_plain(one) for one in items]
    content = tables[0] if len(tables) == 1 else {several: tables}
    try:
        write_atomically(path, tomli_w.dumps(content, multiline_strings=True).encode())
    except (OSError, UnicodeEncodeError) as error:
        detail = (error.strerror or "") if isinstance(error, OSError) else "it is no text"
        raise Problem("prompt_not_saved", path=str(path), detail=detail) from error


def _table(path: Path) -> dict[str, Any]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _broken(path, "it is no file")
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise Problem("file_unreadable", path=str(path), detail=error.strerror or "") from error
    if len(data) > _LARGEST:
        raise _broken(path, "it is larger than 1 MB")
    if _DEEP_KEY.search(data):
        raise _broken(path, "a key has too many parts")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _broken(path, str(error)) from error


def _converted(table: dict[str, Any], kind: type[T], path: Path) -> T:
    try:
        made = msgspec.convert(table, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise _broken(path, str(error)) from error
    except Problem as problem:
        raise _broken(path, str(problem.arguments.get("detail", problem.id))) from problem
    for name in _unknown(table, made):
        raise _broken(path, f"no key is named {name[:40]}")
    return made


def _unknown(table: Any, made: Any) -> Iterator[str]:
    """Keys that no field has taken: a misspelt one is told, not passed over."""
    if isinstance(made, tuple):
        for inner, one in zip(table, made, strict=True):
            yield from _unknown(inner, one)
    elif is_dataclass(made):
        for name, inner in table.items():
            if not hasattr(made, name):
                yield name
            else:
                yield from _unknown(inner, getattr(made, name))


def _plain(one: Any) -> dict[str, Any]:
    """What differs from the defaults, as TOML has it."""
    given = {field.name: (field, getattr(one, field.name)) for field in fields(one)}
    return {name: _value(value) for name, (field, value) in given.items() if value != _default(field)}


def _value(value: Any) -> Any:
    if is_dataclass(value):
        return _plain(value)
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    return {name: _value(one) for name, one in value.items()} if isinstance(value, Mapping) else value


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _broken(path: Path, detail: str) -> Problem:
    return Problem("prompt_file_broken", path=str(path), detail=detail[:200])
