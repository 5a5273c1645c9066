"""How the page looks: the window's colours, one accent, steps of 8 pixels, figures in columns."""

from __future__ import annotations

DARK = {
    "background": "#16181d", "panel": "#1b1e24", "raised": "#23272f", "line": "#2c313a",
    "border-strong": "#6f7886", "text": "#e6e8ec", "dim": "#a7b0bd", "faint": "#98a1af",
    "accent": "#9d90fa", "soft": "#2a2645", "warn": "#e5b454",
}  # fmt: skip
LIGHT = {
    "background": "#ffffff", "panel": "#f6f7f9", "raised": "#ffffff", "line": "#e1e4e9",
    "border-strong": "#868e9a", "text": "#1c2127", "dim": "#515a67", "faint": "#5d6572",
    "accent": "#5b48d9", "soft": "#eeebfd", "warn": "#8a5a00",
}  # fmt: skip
CHARTS = """
svg { display: block; max-width: 100%; height: auto }
svg text { font-size: 12px; fill: var(--text); font-variant-numeric: tabular-nums }
svg .strong { font-weight: 600 }
svg .faint { fill: var(--faint) }
svg .small, svg .tick { fill: var(--dim); font-size: 11px }
svg .warn { fill: var(--warn) }
svg .axis { stroke: var(--border-strong); stroke-width: 1 }
svg .grid { stroke: var(--line); stroke-width: 1 }
svg .mark { stroke: var(--warn); stroke-width: 1; stroke-dasharray: 4 4 }
svg .bar { fill: var(--border-strong) }
svg .bar.chosen { fill: var(--accent) }
svg .range { stroke: var(--text); stroke-width: 1 }
svg .front { fill: none; stroke: var(--accent); stroke-width: 1; stroke-dasharray: 2 3 }
svg .dot { fill: var(--accent); stroke: var(--panel); stroke-width: 1 }
svg .dot.beaten { fill: var(--panel); stroke: var(--border-strong); stroke-width: 1.5 }
svg .curve { fill: none; stroke: var(--border-strong); stroke-width: 1.5 }
svg .curve.chosen { stroke: var(--accent); stroke-width: 2 }
"""
_PAGE = """
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1096px; padding: 32px 24px 64px; background: var(--background);
  color: var(--text); font: 13px/20px Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
  "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Malgun Gothic", sans-serif; overflow-wrap: anywhere }
h1 { font-size: 20px; line-height: 32px; font-weight: 600; margin: 0 }
h2 { font-size: 15px; line-height: 24px; font-weight: 600; margin: 40px 0 8px }
p { margin: 0 }
.dim { color: var(--dim) }
.small { font-size: 12px; line-height: 16px }
.advice { background: var(--soft); border-radius: 8px; padding: 16px 24px; margin: 24px 0 0 }
.advice strong { font-size: 15px; line-height: 24px; font-weight: 600 }
.advice p + p { margin-top: 8px }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 16px;
  overflow-x: auto }
.card.flush { padding: 0 }
.pair .card { padding: 8px 8px 8px 12px }
.card > svg { min-width: 800px }
.pair .card > svg { min-width: 0 }
.pair { display: grid; grid-template-columns: repeat(auto-fill, minmax(336px, 1fr)); gap: 16px }
.note { margin: 8px 0 0 }
.warn { color: var(--warn) }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { padding: 6px 12px; text-align: right; vertical-align: baseline; white-space: nowrap }
th { font-weight: 600; color: var(--dim); font-size: 12px; line-height: 16px }
thead th { vertical-align: bottom; padding: 12px 12px 8px; white-space: normal; overflow-wrap: normal }
thead th span { display: block; font-weight: 400 }
tbody tr { border-top: 1px solid var(--line) }
th.name, td.name { text-align: left }
tbody th.name { color: var(--text); font-size: 13px; line-height: 20px; white-space: normal;
  min-width: 128px }
td.wide { white-space: normal; text-align: left }
tr.kept, tr.kept th { background: var(--soft) }
tr.kept td { font-weight: 600 }
tr.group th { text-align: left; padding: 16px 12px 4px; color: var(--text); font-size: 13px }
td i { font-style: normal; font-weight: 400; color: var(--faint); font-size: 11px; display: inline-block;
  min-width: 56px; text-align: left; padding-left: 4px }
td.none { color: var(--faint) }
dl { display: grid; grid-template-columns: minmax(120px, max-content) 1fr; gap: 8px 24px; margin: 0 }
dt { font-weight: 600 } dd { margin: 0; color: var(--dim) }
code { font: 11px/16px ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; color: var(--dim);
  white-space: normal; overflow-wrap: anywhere }
pre { margin: 0; white-space: pre-wrap; font: 12px/16px ui-monospace, Menlo, Consolas, monospace }
footer { margin-top: 40px }
@media (max-width: 560px) { .pair, dl { grid-template-columns: 1fr } body { padding: 16px } }
@media print { body { max-width: none; padding: 0 } .card, .advice { break-inside: avoid } }
"""


def style() -> str:
    """The style sheet: dark where the system is."""
    light, dark = _variables(LIGHT), _variables(DARK)
    return (
        f":root {{ color-scheme: light dark; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n{_PAGE}{CHARTS}"
    )


def _variables(colours: dict[str, str]) -> str:
    return "; ".join(f"--{name}: {value}" for name, value in colours.items())
