"""The machine we live on: paths, settings, facts, the event bus."""
