"""Bytes of tokens to text, a token at a time."""

from __future__ import annotations

import codecs

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Utf8Decoder:
    """UTF-8 whose characters may be spread over tokens.

    Bytes that can still become a character wait. Bytes that cannot become U+FFFD, one for each
    sequence that the Unicode standard (3.9, best practice) calls maximal; `invalid` counts them.
    """

    def __init__(self) -> None:
        self.invalid = 0
        self._waiting = b""

    def feed(self, data: bytes) -> str:
        """The text that is certain now."""
        if not self._waiting:
            try:
                return data.decode()
            except UnicodeDecodeError:
                pass
        return self._decode(self._waiting + data)

    def finish(self, *, cut: bool) -> str:
        """The end of the text: half a character is a mistake, unless the reply was cut there."""
        waiting, self._waiting = self._waiting, b""
        if cut:
            return ""
        # Two bytes of a surrogate wait like half a character, but they are two mistakes.
        text = waiting.decode(errors="replace")
        self.invalid += len(text)
        return text

    def forget(self) -> None:
        """Drop what waits: its token is followed by something else now."""
        self._waiting = b""

    def _decode(self, data: bytes) -> str:
        done: list[str] = []
        while True:
            try:
                text, used = codecs.utf_8_decode(data, "strict", False)
            except UnicodeDecodeError as error:
                done += (data[: error.start].decode(), REPLACEMENT)
                data = data[error.end :]
                self.invalid += 1
                continue
            self._waiting = data[used:]
            return "".join((*done, text))
