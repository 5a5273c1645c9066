"""Members of a ZIP archive, unpacked no further than they say."""

from __future__ import annotations

import zipfile

# What Office files use. Others unpack without a limit on their output.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def unpack(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """The member's beginning, `most` bytes or fewer.

    Raises:
        KeyError: there is no such member.
        Exception: whatever `zipfile` and `zlib` make of a broken one.
    """
    member = archive.getinfo(name)
    if member.compress_type not in _METHODS:
        raise zipfile.BadZipFile(f"method {member.compress_type}")
    with archive.open(member) as file:
        # A number, always: without one everything is unpacked before the declared size is looked at.
        return file.read(min(most, member.file_size))
