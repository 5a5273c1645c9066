"""Fetching the files of models: a queue that survives everything, and bytes that are checked."""
