"""The job "imatrix": an importance matrix of a model, from a text that it reads."""

from __future__ import annotations

from qwendesk_llamacpp.jobs.imatrix.reading import run

__all__ = ["run"]
