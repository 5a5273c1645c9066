"""Everything that touches llama.cpp itself. Imported only in a worker process."""

from qwendesk_llamacpp.engine.engine import LlamaCppEngine

__all__ = ["LlamaCppEngine"]
