"""Schemas that the engine would silently ignore are refused before they are sent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fakes import tiny_gguf
from qwendesk.api.problem import Problem
from qwendesk_llamaserver.schema import check_schema

REFUSED: dict[str, dict[str, Any]] = {
    "type": {"type": "strng"},
    "$ref": {"$ref": "https://example.org/schema"},
    "required": {"type": "object", "required": "a"},
    "not": {"not": {"type": "string"}},
    "if": {"if": {"type": "string"}, "then": {"minLength": 3}},
    "uniqueItems": {"type": "array", "uniqueItems": True},
    "contains": {"type": "array", "contains": {"type": "string"}},
    "propertyNames": {"type": "object", "propertyNames": {"pattern": "^a"}},
    "dependentRequired": {"type": "object", "dependentRequired": {"a": ["b"]}},
    "dependentSchemas": {"type": "object", "dependentSchemas": {"a": {}}},
    "unevaluatedProperties": {"type": "object", "unevaluatedProperties": False},
    "format": {"type": "string", "format": "colour"},
    "pattern": {"type": "string", "pattern": "^(?=a)b$"},
}

# The engine's own opinion of the schemas that are refused here; it prints an error for each.
ASK_THE_ENGINE = """
import json, sys, xllamacpp
p = xllamacpp.CommonParams()
p.model.path, p.n_ctx, p.api_keys, p.verbosity, p.warmup = sys.argv[1], 256, ["k"], 1, False
server = xllamacpp.Server(p)
for schema in json.loads(sys.argv[2]).values():
    server.handle_completions({"prompt": [65], "n_predict": 1, "json_schema": schema})
"""


@pytest.mark.parametrize("keyword", REFUSED)
def test_refused(keyword: str) -> None:
    for schema in (REFUSED[keyword], {"type": "object", "properties": {"a": {"items": REFUSED[keyword]}}}):
        with pytest.raises(Problem) as caught:
            check_schema(schema)
        assert caught.value.id == "schema_unsupported"
        assert caught.value.arguments["keyword"] == keyword


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": ["string", "null"]},
        {"$ref": "#/$defs/a", "$defs": {"a": {"type": "array", "items": {"$ref": "#/$defs/a"}}}},
        {"type": "string", "pattern": "^(?:a|b)\\d+$", "format": "date-time"},
        {"type": "array", "uniqueItems": False},
        {"type": "object", "additionalProperties": False, "properties": {"not": {"type": "string"}}},
        {"anyOf": [{"const": 1}, {"enum": ["a"]}], "title": "t", "$schema": "x"},
    ],
)
def test_accepted(schema: dict[str, Any]) -> None:
    check_schema(schema)


def test_the_engine_does_ignore_what_is_refused(tmp_path: Path) -> None:
    """When this fails the engine has learned something, and the list can become shorter."""
    model = tiny_gguf.write_tiny(tmp_path / "tiny.gguf")
    done = subprocess.run(
        [sys.executable, "-c", ASK_THE_ENGINE, str(model), json.dumps(REFUSED)],
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    # Counted, not assigned: the engine logs on a thread of its own, so that lines may come late.
    assert done.stderr.count("failed to compile JSON schema") >= len(REFUSED)
