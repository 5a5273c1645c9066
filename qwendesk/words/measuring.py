"""Sentences about texts and tasks that models are measured with, by id; see `qwendesk.words.table`."""

from __future__ import annotations

from qwendesk.api.words import N_

MEASURING: dict[str, tuple[str, str]] = {
    # Texts
    "text_unknown": (
        N_("There is no text named {name}, and no such file."),
        N_("Give the path of a text file, or one of these: {known}."),
    ),
    "text_too_large": (
        N_("{path} is too large to measure with: {size}, where at most {most} are read."),
        N_("Take a part of it: more than a few hundred thousand tokens change the figures hardly."),
    ),
    "text_no_text": (
        N_("{path} is no text file ({detail})."),
        N_("Save what it says as plain text, best in UTF-8, and give that."),
    ),
    "text_blank": (
        N_("{path} holds no text."),
        N_("Choose a longer one: two windows of 512 tokens are the least, and twenty tell much more."),
    ),
    "text_encoding_guessed": (
        N_("{path} does not tell how its letters are encoded; it was read as {encoding}."),
        N_("If that is wrong, save it as UTF-8 and measure again."),
    ),
    "text_characters_lost": (
        N_("{path} holds characters that cannot be read ({count}); models read “�” in their place."),
        N_("Save it as UTF-8 again if figures are to be compared with others'."),
    ),
}
