"""Models in the folder that downloads go to, by the name they were pulled with."""

from __future__ import annotations

from pathlib import Path

from qwendesk.api.sources import RemoteFile
from qwendesk.models import choosing


def files_of(root: Path, name: str) -> tuple[Path, ...]:
    """The files of ORG/REPO[:QUANT] below a root, the one that a runtime loads first; () where there are none.

    Spelling of case and of the quantization is the reader's. Without a quantization it is the default one,
    or what comes nearest.
    """
    org, _, rest = name.partition("/")
    repo, _, quant = rest.partition(":")
    folder = _child(_child(root, org), repo)
    if folder is None or not repo:
        return ()
    found = {
        path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.gguf")) if path.is_file()
    }
    variants = choosing.variants(RemoteFile(one, path.stat().st_size) for one, path in found.items())
    whole = [one for one in variants if len(one.files) == one.parts]
    variant = choosing.best(whole, quant)
    return tuple(found[one.path] for one in variant.files) if variant else ()


def _child(folder: Path | None, name: str) -> Path | None:
    """The folder of that name, in any case."""
    if folder is None or not name or name in (".", ".."):
        return None
    try:
        found = [one for one in folder.iterdir() if one.name.lower() == name.lower() and one.is_dir()]
    except OSError:
        return None
    return next((one for one in found if one.name == name), found[0] if found else None)
