"""Tokens: the environment for a run, else the keyring; nothing where neither is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from fakes.ring import Ring
from qwendesk.api.problem import Problem
from qwendesk.system.secrets import Secrets

VARIABLES = {"huggingface": "HF_TOKEN", "modelscope": "MODELSCOPE_API_TOKEN"}


@pytest.fixture
def before() -> Iterator[None]:
    kept = keyring.get_keyring()
    yield
    keyring.set_keyring(kept)


@pytest.fixture
def ring(before: None, monkeypatch: pytest.MonkeyPatch) -> Ring:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    ring = Ring()
    keyring.set_keyring(ring)
    return ring


@pytest.fixture
def none(before: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends.fail import Keyring

    monkeypatch.delenv("HF_TOKEN", raising=False)
    keyring.set_keyring(Keyring())


def test_kept_found_and_forgotten(ring: Ring) -> None:
    secrets = Secrets(VARIABLES)
    assert (secrets.get("huggingface"), secrets.where("huggingface")) == (None, "nowhere")
    secrets.keep("huggingface", "hf_x")
    assert (secrets.get("huggingface"), secrets.where("huggingface")) == ("hf_x", "keyring")
    assert secrets.get("modelscope") is None
    secrets.forget("huggingface")
    secrets.forget("huggingface")
    assert secrets.get("huggingface") is None


def test_the_variable_holds_for_this_run(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    Secrets(VARIABLES).keep("huggingface", "kept")
    monkeypatch.setenv("HF_TOKEN", "of this run")
    assert Secrets(VARIABLES).get("huggingface") == "of this run"
    assert Secrets(VARIABLES).where("huggingface") == "environment"
    assert list(ring.kept.values()) == ["kept"]


def test_without_a_keyring(none: None, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    secrets = Secrets(VARIABLES)
    assert secrets.get("huggingface") is None
    with pytest.raises(Problem) as caught:
        secrets.keep("huggingface", "hf_s3cret")
    assert (caught.value.id, caught.value.arguments) == ("keyring_missing", {"variable": "HF_TOKEN"})
    secrets.forget("huggingface")
    assert "s3cret" not in caplog.text
