"""Scores worked out from logits, the same for every engine. Imports numpy: only engines import it."""
