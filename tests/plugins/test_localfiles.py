"""Folders of other programs: what is there is found, what is hostile or missing costs only itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.api.sources import LocalModel, SourceContext
from qwendesk.models.sources import Sources
from qwendesk_localfiles import register_model_sources
from qwendesk_localfiles.folders import Gpt4All, LmStudio
from qwendesk_localfiles.hfcache import HubCache
from qwendesk_localfiles.ollama import Ollama

MODEL, PROJECTOR = "application/vnd.ollama.image.model", "application/vnd.ollama.image.projector"


class NoHttp:
    """These sources ask nobody."""

    def open(self, *arguments: object, **named: object) -> object:
        raise AssertionError("a request")

    json = open


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    for name in ("OLLAMA_MODELS", "HF_HOME", "HF_HUB_CACHE", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def found(source: type, **settings: str) -> Sequence[LocalModel]:
    context = SourceContext(NoHttp(), lambda key: settings.get(key.split(".")[1], ""), lambda _: None)  # type: ignore[arg-type]
    return source(context).found()  # type: ignore[no-any-return]


def put(path: Path, data: bytes = b"GGUF") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("source", [LmStudio, Gpt4All, HubCache, Ollama])
def test_without_the_program_there_is_nothing(home: Path, source: type) -> None:
    assert list(found(source)) == []
    assert (
        list(found(source, lmstudio="/nowhere", gpt4all="/nowhere", hfcache="/nowhere", ollama="/nowhere"))
        == []
    )


def test_lm_studio(home: Path) -> None:
    models = home / ".lmstudio" / "models" / "lmstudio-community" / "Qwen3-8B-GGUF"
    first = put(models / "Qwen3-8B-Q4_K_M-00001-of-00002.gguf")
    put(models / "Qwen3-8B-Q4_K_M-00002-of-00002.gguf")
    put(models / "mmproj-F16.gguf")
    put(models / "readme.txt")
    assert found(LmStudio) == [
        LocalModel(first.stem, str(first), "LM Studio", "lmstudio-community/Qwen3-8B-GGUF")
    ]


def test_lm_studio_with_a_folder_of_the_persons_choice(home: Path) -> None:
    path = put(home / "big drive" / "a" / "b" / "m.gguf")
    put(
        home / ".lmstudio" / "settings.json",
        json.dumps({"downloadsFolder": str(home / "big drive")}).encode(),
    )
    assert [one.path for one in found(LmStudio)] == [str(path)]
    for nonsense in (b"[]", b"{", b'{"downloadsFolder": 3}', b"\xff"):
        put(home / ".lmstudio" / "settings.json", nonsense)
        assert found(LmStudio) == []


def test_gpt4all(home: Path) -> None:
    path = put(home / "mine" / "qwen.gguf")
    assert [(one.name, one.path, one.origin) for one in found(Gpt4All, gpt4all=str(home / "mine"))] == [
        ("qwen", str(path), "GPT4All")
    ]


def test_the_cache_of_the_hub_shows_what_main_points_to(home: Path) -> None:
    repo = home / ".cache" / "huggingface" / "hub" / "models--Qwen--Qwen3-0.6B-GGUF"
    blob = put(repo / "blobs" / "abc", b"GGUF")
    for revision in ("old", "new"):
        (repo / "snapshots" / revision).mkdir(parents=True)
        (repo / "snapshots" / revision / "m-Q8_0.gguf").symlink_to(blob)
    put(repo / "refs" / "main", b"new\n")
    (model,) = found(HubCache)
    assert (model.repo, Path(model.path).parent.name) == ("Qwen/Qwen3-0.6B-GGUF", "new")
    put(repo / "refs" / "main", b"../../../../etc")
    assert [one.repo for one in found(HubCache)] == ["Qwen/Qwen3-0.6B-GGUF"]


def test_a_folder_of_safetensors_in_the_cache(home: Path) -> None:
    snapshot = home / "hub" / "models--Qwen--Qwen3-0.6B" / "snapshots" / "abc"
    put(snapshot / "config.json", b"{}")
    put(snapshot / "model.safetensors")
    assert [(one.name, one.path) for one in found(HubCache, hfcache=str(home / "hub"))] == [
        ("Qwen/Qwen3-0.6B", str(snapshot))
    ]


def ollama(home: Path, place: str, layers: object, *blobs: str) -> Path:
    folder = home / ".ollama" / "models"
    for one in blobs:
        put(folder / "blobs" / f"sha256-{one}")
    put(folder / "manifests" / place, json.dumps({"layers": layers}).encode())
    return folder / "blobs"


@pytest.mark.parametrize(
    ("place", "name", "repo"),
    [
        ("registry.ollama.ai/library/qwen3/30b-a3b", "qwen3:30b-a3b", ""),
        ("registry.ollama.ai/someone/tune/latest", "someone/tune:latest", ""),
        ("hf.co/unsloth/Qwen3-4B-GGUF/Q4_K_M", "hf.co/unsloth/Qwen3-4B-GGUF:Q4_K_M", "unsloth/Qwen3-4B-GGUF"),
    ],
)
def test_ollamas_blobs_are_called_as_its_manifests_say(home: Path, place: str, name: str, repo: str) -> None:
    model, eye = "a" * 64, "b" * 64
    layers = [
        {"mediaType": MODEL, "digest": f"sha256:{model}"},
        {"mediaType": PROJECTOR, "digest": f"sha256:{eye}"},
    ]
    blobs = ollama(home, place, layers, model, eye)
    assert found(Ollama) == [
        LocalModel(name, str(blobs / f"sha256-{model}"), "Ollama", repo, str(blobs / f"sha256-{eye}"))
    ]


@pytest.mark.parametrize(
    "digest",
    ["sha256:../../secret", "sha256:" + "A" * 64, "md5:" + "a" * 32, "", None, 7, "sha256:" + "a" * 65],
)
def test_a_digest_never_leads_out_of_the_blobs(home: Path, digest: object) -> None:
    put(home / ".ollama" / "secret")
    ollama(home, "registry.ollama.ai/library/x/y", [{"mediaType": MODEL, "digest": digest}])
    assert found(Ollama) == []


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_manifest_is_read(tmp_path_factory: pytest.TempPathFactory, manifest: object) -> None:
    folder = tmp_path_factory.getbasetemp() / "ollama"
    put(folder / "manifests" / "h" / "n" / "m" / "t", json.dumps(manifest).encode())
    assert found(Ollama, ollama=str(folder)) == []


def test_every_source_is_of_folders_and_can_be_made(home: Path) -> None:
    context = SourceContext(NoHttp(), lambda _: "", lambda _: None)  # type: ignore[arg-type]
    sources = Sources(register_model_sources(), context)
    assert [one.id for one in sources.folders] == ["lmstudio", "ollama", "gpt4all", "hfcache"]
    assert [list(sources.folder(one).found()) for one in sources.folders] == [[], [], [], []]
