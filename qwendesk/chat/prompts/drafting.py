"""A prompt of the user's own, made from what was typed."""

from __future__ import annotations

import re
import unicodedata

from qwendesk.api.prompts import PLACE, PromptKind, PromptTemplate, Variable

_LONGEST = 40
_DEVICES = re.compile(r"(con|prn|aux|nul|(com|lpt)[\d¹²³])\Z")


def id_of(title: str) -> str:
    """The id for a title, as it stands behind the slash: "Weekly report!" is weekly-report."""
    words = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", title).lower()).strip("-")
    id = words[:_LONGEST].strip("-") or "prompt"
    return f"{id}-prompt" if _DEVICES.match(id) else id


def drafted(
    title: str, kind: PromptKind, text: str, summary: str = "", base: PromptTemplate | None = None
) -> PromptTemplate:
    """The prompt. Places in the text get the variables of `base` by their names, others become texts.

    Raises:
        Problem: `prompt_malformed` (prompt, detail).
    """
    known = {one.name: one for one in base.variables} if base is not None else {}
    variables = (known.get(name, Variable(name, name)) for name in dict.fromkeys(PLACE.findall(text)))
    return PromptTemplate(
        id_of(title),
        title.strip(),
        kind,
        text,
        summary.strip(),
        tuple(variables),
        base.sampling if base is not None else {},
        base.thinking if base is not None else None,
        base.needs if base is not None else (),
    )
