"""Measured speeds as a table, in a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qwendesk.api.jobs import JobProgress
from qwendesk.cli.models import columns
from qwendesk.cli.terminal import harmless
from qwendesk.lab.figures import Speed
from qwendesk.lab.interval import Interval
from qwendesk.lab.measured import Row
from qwendesk.words import _, figures, ngettext
from qwendesk.words.problems import word

if TYPE_CHECKING:
    from qwendesk.lab.benching import BenchAdvance

_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """`usual`: a column that has nothing else is left out; None keeps it."""

    title: str
    cell: Callable[[Row, Speed], str]
    usual: str | None = None
    varies: bool = False


def _setting(name: str) -> Callable[[Row, Speed], str]:
    return lambda row, _speed: str(row.settings.get(name, _NOTHING))


def _columns() -> tuple[Column, ...]:
    """Settings that are the same in all rows are left out: the line above the table tells them."""
    return (
        Column(_("Model"), lambda row, _speed: row.subject.name),
        Column(_("Size"), lambda row, _speed: figures.size(row.subject.size_bytes)),
        Column(_("Runtime"), lambda row, _speed: row.subject.runtime, varies=True),
        Column(_("Threads"), _setting("threads"), varies=True),
        Column(_("Cache"), _cache, varies=True),
        Column(_("Flash attention"), _setting("flash_attention"), varies=True),
        Column(_("Batch"), _setting("batch"), varies=True),
        Column(_("Depth"), _setting("depth"), varies=True),
        Column(_("Prompt"), _setting("prompt"), varies=True),
        Column(_("Prompt tok/s"), lambda _row, speed: _spread(speed.prompt)),
        Column(_("Reply"), _setting("decode"), varies=True),
        Column(_("Reply tok/s"), lambda _row, speed: _spread(speed.decode)),
        Column(_("Loading"), lambda _row, speed: figures.seconds(speed.load.value if speed.load else None)),
        Column(
            _("Memory"), lambda _row, speed: figures.size(speed.peak_bytes) if speed.peak_bytes else _NOTHING
        ),
        Column(_("J/token"), lambda _row, speed: _spread(speed.joules), _NOTHING),
        Column(_("°C"), lambda _row, speed: _range(speed.temperature), _NOTHING),
        Column(_("MHz"), lambda _row, speed: _range(speed.clock), _NOTHING),
        Column(_("Of the roofline"), lambda _row, speed: _share(speed.roofline), _NOTHING),
    )


def progress(advance: BenchAdvance) -> JobProgress:
    """How far it is, for a bar."""
    left = advance.seconds_left
    about = "" if left is None else "  " + _("{s} left").format(s=figures.seconds(left))
    return JobProgress(None, f"{advance.name}{about}", advance.done, advance.total)


def failure(row: Row) -> str:
    """Why a row has no figures."""
    assert row.problem is not None
    return harmless(f"{row.subject.name}: {word(row.problem)}")


def table(rows: Sequence[Row], machine: str) -> str:
    """For people."""
    lines = [_above(rows, machine), "", *columns(_cells(rows)), *_below(rows)]
    return harmless("\n".join(lines))


def markdown(rows: Sequence[Row], machine: str) -> str:
    """The same in Markdown."""
    head, *body = [[_escaped(cell) for cell in row] for row in _cells(rows)]
    lines = [
        _escaped(_above(rows, machine)),
        "",
        _barred(head),
        _barred(["---"] * len(head)),
        *map(_barred, body),
        *_below(rows),
    ]
    return harmless("\n".join(lines))


def _cells(rows: Sequence[Row]) -> list[list[str]]:
    speeds = [Speed.of(one) for one in rows]
    found = [
        (column.title, [column.cell(row, speed) for row, speed in zip(rows, speeds, strict=True)], column)
        for column in _columns()
    ]
    shown = [(title, cells) for title, cells, column in found if _is_shown(column, cells)]
    heads = [title for title, _cells in shown]
    return [heads, *(list(one) for one in zip(*(cells for _title, cells in shown), strict=True))]


def _is_shown(column: Column, cells: Sequence[str]) -> bool:
    if column.varies:
        return len(set(cells)) > 1
    return column.usual is None or any(one != column.usual for one in cells)


def _above(rows: Sequence[Row], machine: str) -> str:
    """What holds for all rows: the computer, and settings that do not vary."""
    told = ngettext(
        "One repetition of each.",
        "Medians ± half of the range between the quartiles, of up to {n} repetitions.",
        _most(rows),
    )
    same = [
        f"{column.title} {cells.pop()}"
        for column in _columns()
        if column.varies
        and len(cells := {column.cell(row, Speed.of(row)) for row in rows}) == 1
        and cells != {_NOTHING}
    ]
    return " · ".join([machine, *same, told.format(n=_most(rows))])


def _below(rows: Sequence[Row]) -> list[str]:
    """What figures that look wrong come from."""
    if not any((Speed.of(one).roofline or 0.0) > 1 for one in rows):
        return []
    return [
        "",
        _("More than 100 %: what a token reads stays in the processor's cache, which is faster than memory."),
    ]


def _most(rows: Iterable[Row]) -> int:
    return max(len(row.result.get(name) or ()) for row in rows for name in ("prompt_tps", "decode_tps"))


def _cache(row: Row, _speed: Speed) -> str:
    kinds = [str(row.settings[name]) for name in ("cache_type_k", "cache_type_v") if name in row.settings]
    return "/".join(dict.fromkeys(kinds)) or _NOTHING


def _spread(found: Interval | None) -> str:
    if found is None:
        return _NOTHING
    spread = f" ± {(found.high - found.low) / 2:.1f}" if found.is_known else ""
    return f"{found.value:.1f}{spread}"


def _range(found: Sequence[float]) -> str:
    return "–".join(dict.fromkeys(f"{one:.0f}" for one in found)) or _NOTHING


def _share(found: float | None) -> str:
    return _NOTHING if found is None else f"{100 * found:.0f} %"


def _barred(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
