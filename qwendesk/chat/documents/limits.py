"""How much is read of a file that anyone could have made."""

from __future__ import annotations

MOST_BYTES = 50_000_000
MOST_CHARACTERS = 20_000_000
MOST_PAGES = 5_000
MOST_ROWS = 5_000

# A DOCX file: its XML once unpacked (as a tree it takes about ten times that), and its members.
MOST_XML = 50_000_000
MOST_MEMBERS = 10_000

# Of a PDF file: one stream once unpacked, what one page's instructions may come to, and its time in seconds.
# Unpacked streams stay in memory until so many pages are read.
MOST_STREAM = 20_000_000
MOST_INSTRUCTIONS = 2_000_000
MOST_FORMS = 1_000
MOST_SECONDS = 20.0
PAGES_IN_MEMORY = 20
