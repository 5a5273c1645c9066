"""The report as one HTML file: charts inside, no script, nothing from elsewhere, light and dark."""

from __future__ import annotations

from html import escape

from qwendesk.lab.report import facts, pictures, tables
from qwendesk.lab.report.report import Report
from qwendesk.lab.report.style import style

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(report: Report) -> str:
    """The whole file."""
    words = report.labels
    parts = [
        _header(report),
        _advice(report),
        _section(words.models, tables.models(report), "card flush"),
        _section(words.charts, pictures.bar_chart(report)),
        _fronts(report),
        _section(words.contexts, pictures.context_chart(report)),
        _section(words.by_text, tables.by_text(report), "card flush"),
        _section(words.speeds, tables.speeds(report), "card flush"),
        _section(words.by_task, tables.by_task(report), "card flush"),
        _section(words.answers, tables.answers(report), "card flush"),
        _section(words.failures, tables.failures(report), "card flush"),
        _section(words.definitions, _meanings(report)),
        _section(words.provenance, _list(facts.facts(report))),
        _section(words.texts, tables.texts(report), "card flush") if report.table.texts else "",
        _section("SHA-256", tables.files(report), "card flush"),
    ]
    body = "\n".join(one for one in parts if one)
    return (
        f'<!doctype html>\n<html lang="{escape(words.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(words.title)}</title>\n<style>{style()}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _header(report: Report) -> str:
    table, words = report.table, report.labels
    told = [facts.day(report.happened), *table.machines]
    if table.reference:
        told.insert(0, words.against.format(reference=table.reference))
    return (
        f'<header>\n<h1>{escape(words.title)}</h1>\n<p class="dim">{escape(" · ".join(told))}</p>\n</header>'
    )


def _advice(report: Report) -> str:
    lines = [f"<p><strong>{escape(report.labels.advice(report.advice))}</strong></p>"]
    lines += [f'<p class="dim">{escape(one)}</p>' for one in report.labels.doubts(report.advice)]
    notes = [report.labels.word(one) for one in report.table.notes]
    lines += [f'<p class="warn">{escape(one)}</p>' for one in notes]
    return f'<section class="advice">\n{"".join(lines)}\n</section>'


def _fronts(report: Report) -> str:
    found = pictures.fronts(report)
    if not found:
        return ""
    cards = "".join(f'<div class="card">{one}</div>' for one in found)
    note = f'<p class="small dim note">{escape(report.labels.front_note)}</p>'
    title = escape(report.labels.fronts)
    return f'<section>\n<h2>{title}</h2>\n<div class="pair">{cards}</div>\n{note}\n</section>'


def _meanings(report: Report) -> str:
    words = report.labels
    return _list([(str(getattr(words, id)), meaning) for id, meaning in words.meanings.items()])


def _list(pairs: list[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in pairs) + "</dl>"


def _section(title: str, inside: str, kind: str = "card") -> str:
    if not inside:
        return ""
    return f'<section>\n<h2>{escape(title)}</h2>\n<div class="{kind}">{inside}</div>\n</section>'
