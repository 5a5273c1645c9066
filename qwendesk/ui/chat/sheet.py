"""What the conversation adds to the application's style sheet."""

from __future__ import annotations

from qwendesk.ui.theme.tokens import FIELD_RADIUS, SMALL, Colours


def sheet(theme: Colours) -> str:
    """Rules for `look`s that only the conversation knows."""
    return f"""
QTextBrowser[look="reading"] {{ background: transparent; border: none; padding: 0; }}
QPlainTextEdit[look="composer"] {{ background: transparent; border: none; padding: 0;
    placeholder-text-color: {theme.faint}; }}
QPushButton[look="outline"] {{ border: 1px solid {theme.border_strong}; }}
QPushButton[look="outline"]:focus {{ border: 2px solid {theme.accent}; }}
QPushButton[look="quiet"] {{ background: transparent; border: 1px solid transparent; color: {theme.dim};
    padding: 3px 8px; font-size: {SMALL}px; }}
QPushButton[look="quiet"]:hover {{ color: {theme.text}; background: {theme.raised};
    border-color: {theme.line}; }}
QPushButton[look="quiet"]:focus {{ border: 2px solid {theme.accent}; padding: 2px 7px; }}
QPushButton[look="example"] {{ background: transparent; border: 1px solid {theme.border_strong};
    border-radius: {FIELD_RADIUS}px; color: {theme.text}; padding: 8px 16px; text-align: left; }}
QPushButton[look="example"]:hover {{ background: {theme.soft}; border-color: {theme.accent}; }}
QPushButton[look="example"]:focus {{ border: 2px solid {theme.accent}; padding: 7px 15px; }}
QPushButton[look="example"]:disabled {{ color: {theme.faint}; border-color: {theme.line}; }}
"""
