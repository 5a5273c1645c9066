"""A JSON schema as a grammar that llama.cpp holds a reply to."""

from __future__ import annotations

import json
from typing import Any

from llama_cpp.llama_grammar import json_schema_to_gbnf

from qwendesk.api.problem import Problem


def grammar_of(schema: dict[str, Any]) -> str:
    """GBNF. Raises Problem `schema_unsupported` where the schema cannot be written as a grammar."""
    try:
        return str(json_schema_to_gbnf(json.dumps(schema)))
    except RecursionError as error:
        raise Problem("schema_unsupported", keyword="schema") from error
    except Exception as error:
        raise Problem("schema_unsupported", keyword=str(error)[:80] or "schema") from error
