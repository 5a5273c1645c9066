"""A conversation as one HTML file: no script, nothing from elsewhere, light and dark."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape

from qwendesk.chat.conversation import Conversation
from qwendesk.chat.exporting.labels import Labels
from qwendesk.chat.exporting.rendering import code_styles, rendered
from qwendesk.chat.exporting.telling import Teller
from qwendesk.chat.pictures import as_address
from qwendesk.chat.turn import Turn

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #646c76; --paper: #fff; --mine: #eef3fb;
  --line: #d5dae0; --code: #f5f6f8 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e7eb; --faint: #98a1ab; --paper: #16181c; --mine: #20283a; --line: #363c44;
    --code: #1f2227 }
}
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif;
  color: var(--ink); background: var(--paper); overflow-wrap: break-word }
header, section { border-bottom: 1px solid var(--line); padding: .6rem 0 1rem }
section.user { background: var(--mine); border-radius: .5rem; border: 0; padding: .6rem 1rem 1rem }
h2, .facts { font-size: .85rem; font-weight: 600; color: var(--faint); margin: 0 0 .4rem }
.facts { font-weight: 400; margin: .6rem 0 0 }
pre { background: var(--code); padding: .8rem; border-radius: .4rem; overflow-x: auto; white-space: pre }
code { font: .9em/1.5 ui-monospace, monospace }
table { border-collapse: collapse } th, td { border: 1px solid var(--line); padding: .25rem .6rem }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--line) }
details { color: var(--faint) } img { max-width: 100% } .said { white-space: pre-wrap }
"""


def page(conversation: Conversation, labels: Labels, reasoning: bool, versions: bool) -> str:
    teller = Teller(conversation, labels, versions)
    sections = [_section(one, teller, labels, reasoning) for one in conversation.turns]
    for branch in teller.branches():
        sections.append(f"<p><em>{escape(teller.instead(branch))}</em></p>")
        sections += [_section(one, teller, labels, reasoning) for one in branch.turns]
    body = "\n".join([_header(conversation, teller, labels), *sections])
    return (
        '<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(teller.title)}</title>\n<style>{_STYLE}{code_styles()}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _header(conversation: Conversation, teller: Teller, labels: Labels) -> str:
    lines = [f"<h1>{escape(teller.title)}</h1>"]
    if teller.created:
        lines.append(f'<p class="facts">{escape(teller.created)}</p>')
    if conversation.system:
        lines.append(
            f"<details><summary>{escape(labels.system)}</summary>"
            f'<div class="said">{escape(conversation.system)}</div></details>'
        )
    return "<header>\n" + "\n".join(lines) + "\n</header>"


def _section(turn: Turn, teller: Teller, labels: Labels, reasoning: bool) -> str:
    parts = "\n".join(_parts(turn, teller, labels, reasoning))
    return f'<section class="{turn.role}">\n<h2>{escape(teller.heading(turn))}</h2>\n{parts}\n</section>'


def _parts(turn: Turn, teller: Teller, labels: Labels, reasoning: bool) -> Iterator[str]:
    for image in _images(turn):
        yield f'<p><img src="{image}" alt=""></p>'
    if attached := teller.attached(turn):
        yield f'<p class="facts">{escape(attached)}</p>'
    if reasoning and turn.reasoning.strip():
        thought = rendered(turn.reasoning)
        yield f"<details><summary>{escape(labels.reasoning)}</summary>\n{thought}</details>"
    if turn.answer:
        yield _answer(turn)
    for call in turn.finished.tool_calls if turn.finished else ():
        yield f'<p class="facts">{escape(labels.called.format(tool=call.name))}</p>'
        yield f"<pre>{escape(json.dumps(call.arguments, ensure_ascii=False, indent=2))}</pre>"
    for facts in (teller.ending(turn), teller.figures(turn)):
        if facts:
            yield f'<p class="facts">{escape(facts)}</p>'


def _answer(turn: Turn) -> str:
    """Only models write Markdown: what a person or a tool said stands as it is."""
    if turn.role == "assistant":
        return rendered(turn.answer)
    kind = "said" if turn.role == "user" else "said tool"
    return f'<div class="{kind}">{escape(turn.answer)}</div>'


def _images(turn: Turn) -> Iterator[str]:
    """As data: addresses; one that is gone is told by its name only."""
    for one in [one for one in turn.attachments if one.kind == "image"]:
        try:
            data = one.read()
        except OSError:
            continue
        if address := as_address(data):
            yield address
    yield from filter(None, map(as_address, turn.images))
