"""The engine. Imports torch and transformers, so only workers import it."""

import os

# Before transformers is imported: a worker never talks to a network.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# A thread that waits sleeps: where another program has a core for a moment, all threads would spin for it.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from qwendesk_transformers.engine.optional import hide_broken

hide_broken()  # before transformers is imported, too

from qwendesk_transformers.engine.engine import TransformersEngine  # noqa: E402

__all__ = ["TransformersEngine"]
