"""Contents of attachments: files in a folder, named by their SHA-256; sealed where the database is locked.

A sealed file is AES-256-GCM under a key of its own, which is made from its name and the key in the database.
Its name is made from the SHA-256 and that key: nobody can see whether a known file is among them.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from qwendesk.store import sweeping

KEY_BYTES = 32
_SEALED = ".sealed"
_PLAIN_NAME = re.compile(r"[0-9a-f]{64}")
_SEALED_NAME = re.compile(r"[0-9a-f]{64}\.sealed")
_HASH = hashlib.sha256().digest_size
_NONCE = bytes(12)
"""Always the same: no key seals two contents."""

Key = Callable[[], bytes | None]


class AttachmentFiles:
    """The folder of a home. All methods raise OSError, and what the database does where it is locked."""

    def __init__(self, folder: Path, key: Key = lambda: None) -> None:
        """`key` is asked for each time; None where the database is plain."""
        self.folder, self._key = folder, key

    def keep(self, content: bytes) -> str:
        """Write it, if it is not there; returns its SHA-256."""
        sha256, key = hashlib.sha256(content).hexdigest(), self._key()
        place = self._place(sha256, key)
        if not place.is_file():
            from qwendesk.system.settings import write_atomically

            write_atomically(place, content if key is None else sealed(content, sha256, key))
        if self._key() != key:  # the lock was changed meanwhile, without this file
            sweeping.remove(place)
            return self.keep(content)
        return sha256

    def place(self, sha256: str) -> Path:
        """The file with this content, whether it is there or not."""
        return self._place(sha256, self._key())

    def read(self, sha256: str) -> bytes:
        """The content. A sealed file that was changed is an OSError, too."""
        key = self._key()
        place = self._place(sha256, key)
        data = place.read_bytes()
        return data if key is None else unsealed(data, place.name, key)[1]

    def remove(self, sha256: str) -> None:
        """Nothing happens where it is not there."""
        self.place(sha256).unlink(missing_ok=True)

    def _place(self, sha256: str, key: bytes | None) -> Path:
        return plain_place(self.folder, sha256) if key is None else sealed_place(self.folder, sha256, key)


def plain_place(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def sealed_place(folder: Path, sha256: str, key: bytes) -> Path:
    name = hmac.digest(key, b"name" + bytes.fromhex(sha256), "sha256").hex()
    return folder / name[:2] / (name + _SEALED)


def plain_files(folder: Path) -> list[Path]:
    """Attachments in plain form, by name."""
    return _named(folder.glob("??/*"), _PLAIN_NAME)


def sealed_files(folder: Path) -> list[Path]:
    return _named(folder.glob(f"??/*{_SEALED}"), _SEALED_NAME)


def half_files(folder: Path) -> list[Path]:
    """What was being written when a process ended."""
    return sorted(folder.glob("??/*.part"))


def _named(files: Iterable[Path], form: re.Pattern[str]) -> list[Path]:
    return sorted(one for one in files if form.fullmatch(one.name) and one.is_file())


def sealed(content: bytes, sha256: str, key: bytes) -> bytes:
    """The bytes of the sealed file. The hash goes in with the content, so that it can be unsealed alone."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    own = _own_key(sealed_place(Path(), sha256, key).name, key)
    return AESGCM(own).encrypt(_NONCE, bytes.fromhex(sha256) + content, None)


def unsealed(data: bytes, name: str, key: bytes) -> tuple[str, bytes]:
    """SHA-256 and content of the sealed file of this name. Raises OSError where it does not fit the key."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        plain = AESGCM(_own_key(name, key)).decrypt(_NONCE, data, None)
    except (InvalidTag, ValueError) as error:
        raise OSError(errno.EIO, "the sealed file was changed", name) from error
    return plain[:_HASH].hex(), plain[_HASH:]


def _own_key(name: str, key: bytes) -> bytes:
    return hmac.digest(key, b"content" + bytes.fromhex(name.removesuffix(_SEALED)), "sha256")
