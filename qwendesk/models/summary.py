"""What a list shows of a model, small enough for thousands: facts without tensors, and which model it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from qwendesk.api.problem import Note
from qwendesk.api.sampling import Sampling
from qwendesk.models.catalog import Entry, catalogue
from qwendesk.models.facts import Facts, Format, Quantization, Template
from qwendesk.models.identify import Certainty, Evidence, Match, identify
from qwendesk.models.recommended import Recommended, recommended

VERSION = 2
"""Goes up with every change of what is kept here or how it is found out: older ones are made anew."""


@dataclass(frozen=True, slots=True)
class Summary:
    """See `Facts` for the fields of the same name.

    Args:
        template: without its source.
        eye: for a "mmproj", the length of what it gives to the model.
        matched: repository of the catalogue's model, how sure that is, and what told it.
        problem: why the file could not be read; everything else is unknown then.
    """

    format: Format
    kind: str = "model"
    architecture: str = ""
    name: str = ""
    size_bytes: int = 0
    parts: int = 1
    layers: int = 0
    embedding: int = 0
    context: int = 0
    parameters: int = 0
    quantization: Quantization = Quantization()
    template: Template = Template()
    pooling: str = ""
    licence: str = ""
    quantized_by: str = ""
    eye: int = 0
    sampling: Sampling | None = None
    matched: tuple[str, Certainty, Evidence] | None = None
    others: tuple[str, ...] = field(default=(), repr=False)
    problem: Note | None = None

    @property
    def match(self) -> Match | None:
        """The catalogue's model again."""
        found = catalogue().at(self.matched[0]) if self.matched else None
        if found is None or self.matched is None:
            return None
        return Match(*found, self.matched[1], self.matched[2], tuple(self._others()))

    def _others(self) -> list[Entry]:
        found = (catalogue().at(one) for one in self.others)
        return [one[1] for one in found if one is not None]

    @property
    def recommended(self) -> Recommended | None:
        return recommended(self.match, self.template, self.sampling)


def summarize(facts: Facts, repo: str, name: str) -> Summary:
    """The summary of a model that lies in this repository (or none) under this name."""
    match = identify(facts, repo, name) if facts.kind == "model" else None
    template = facts.template
    return Summary(
        format=facts.format,
        kind=facts.kind,
        architecture=facts.architecture,
        name=facts.name,
        size_bytes=facts.size_bytes,
        parts=max(len(facts.files), 1),
        layers=facts.layers,
        embedding=facts.embedding,
        context=facts.context,
        parameters=facts.parameters,
        quantization=facts.quantization,
        template=Template(
            "",
            template.thinking,
            template.thinks_by_default,
            template.efforts,
            template.preserves_thinking,
            template.tools,
            template.images,
            template.audio,
        ),
        pooling=facts.pooling,
        licence=facts.origin.licence or (match.entry.licence or "" if match is not None else ""),
        quantized_by=facts.origin.quantized_by,
        eye=facts.projects_to,
        sampling=facts.sampling,
        matched=(match.entry.repo, match.certainty, match.evidence) if match is not None else None,
        others=tuple(one.repo for one in match.others) if match is not None else (),
    )
