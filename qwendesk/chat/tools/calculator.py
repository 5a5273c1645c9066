"""A calculator for models: they are bad at arithmetic."""

from __future__ import annotations

from typing import Any

from qwendesk.api.messages import Tool
from qwendesk.chat.tools.arithmetic import MAX_LENGTH, Unanswerable, evaluate
from qwendesk.chat.tools.exact import written
from qwendesk.chat.tools.functions import FUNCTIONS
from qwendesk.chat.tools.runnable import ERROR


class Calculator:
    """Exact arithmetic; see `qwendesk.chat.tools.arithmetic`."""

    tool = Tool(
        "calculator",
        "Calculates an arithmetic expression, exactly where possible. Use it for every calculation. "
        "Operators: + - * / // % **, parentheses. Constants: pi, e, tau. "
        f"Functions (angles in radians): {', '.join(FUNCTIONS)}.",
        {
            "type": "object",
            "properties": {
                "expression": {
                    "type": "string",
                    "description": "The expression, for example (0.1 + 0.2) * 3 or sqrt(2) / factorial(5)",
                    "maxLength": MAX_LENGTH,
                }
            },
            "required": ["expression"],
            "additionalProperties": False,
        },
    )

    def run(self, arguments: dict[str, Any]) -> str:
        """The value with all its digits, or why there is none."""
        try:
            return written(evaluate(str(arguments.get("expression", ""))))
        except Unanswerable as error:
            return f"{ERROR}{error}"
