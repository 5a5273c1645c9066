"""Wheels made here: tiny packages from a few lines of source, and installed packages packed again.

uv installs real wheels, but the suite asks nobody outside: so what a worker needs besides its engine is
packed from what this Python has installed already.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

BASE = ("msgspec", "jinja2", "markupsafe")


def wheel(
    folder: Path, name: str, version: str, files: Mapping[str, str], requires: Iterable[str] = ()
) -> Path:
    """A pure Python package with these modules."""
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}"
    plain = {one: text.encode() for one, text in files.items()}
    plain[f"{info}/METADATA"] = about.encode()
    plain[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    return _pack(folder / f"{name}-{version}-py3-none-any.whl", plain, info)


def packed_again(folder: Path, name: str) -> Path:
    """An installed package as a wheel."""
    found = importlib.metadata.distribution(name)
    kept = [one for one in found.files or () if ".." not in one.parts and "__pycache__" not in one.parts]
    info = next(one.parts[0] for one in kept if one.name == "METADATA")
    unwanted = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
    files = {one.as_posix(): Path(str(one.locate())).read_bytes() for one in kept if one.name not in unwanted}
    tags = [one.split("-") for one in found.read_text("WHEEL").splitlines() if one.startswith("Tag: ")]  # type: ignore[union-attr]
    joined = [".".join(dict.fromkeys(tag[at].removeprefix("Tag: ") for tag in tags)) for at in range(3)]
    return _pack(folder / f"{info.removesuffix('.dist-info')}-{'-'.join(joined)}.whl", files, info)


def _pack(path: Path, files: Mapping[str, bytes], info: str) -> Path:
    record = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(data)}\n")
        made.writestr(f"{info}/RECORD", "".join(record) + f"{info}/RECORD,,\n")
    return path
