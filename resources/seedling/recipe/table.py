"""Table: wordings and values, which are data and stand in TOML files beside the code that uses them."""

import tomllib
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def table(name: str) -> dict[str, Any]:
    """The TOML file of that name in the recipe's folder, such as ``lessons/words``."""
    return tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8"))
