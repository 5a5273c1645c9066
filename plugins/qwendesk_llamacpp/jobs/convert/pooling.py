"""How an embedding model makes one vector of a text's many, where its folder says that it is one.

Source: https://sbert.net, whose folders have modules.json and 1_Pooling/config.json.
"""

from __future__ import annotations

from pathlib import Path

from gguf import GGUFWriter, PoolingType

from qwendesk_llamacpp.jobs.convert import jsonfile

_FILE = Path("1_Pooling") / "config.json"
_WAYS = {
    "pooling_mode_lasttoken": PoolingType.LAST,
    "pooling_mode_mean_tokens": PoolingType.MEAN,
    "pooling_mode_cls_token": PoolingType.CLS,
}


def write_pooling(writer: GGUFWriter, folder: Path) -> None:
    """Write it, if there is one. Raises Problem like `read_object`."""
    if not (folder / _FILE).is_file():
        return
    told = jsonfile.read_object(folder / _FILE)
    for field, way in _WAYS.items():
        if told.get(field) is True:
            writer.add_pooling_type(way)
            return
