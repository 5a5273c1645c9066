"""Marking sentences for translation where they are written, and translating them where they are shown."""


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "mark, translate later"
    """The sentence itself; the extractor finds it, a face translates it."""
    return sentence
