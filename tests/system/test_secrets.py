"""Tokens: the environment for a run, else the keyring; nothing where neither is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from qwendesk.api.problem import Problem
from qwendesk.system.secrets import Secrets


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError
        del self.kept[service, username]


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
    secrets = Secrets()
    assert secrets.get("huggingface") is None
    secrets.keep("huggingface", "hf_x")
    assert secrets.get("huggingface") == "hf_x"
    assert secrets.get("modelscope") is None
    secrets.forget("huggingface")
    secrets.forget("huggingface")
    assert secrets.get("huggingface") is None


def test_the_variable_holds_for_this_run(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    Secrets().keep("huggingface", "kept")
    monkeypatch.setenv("HF_TOKEN", "of this run")
    assert Secrets().get("huggingface") == "of this run"
    assert list(ring.kept.values()) == ["kept"]


def test_without_a_keyring(none: None, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    secrets = Secrets()
    assert secrets.get("huggingface") is None
    with pytest.raises(Problem) as caught:
        secrets.keep("huggingface", "hf_s3cret")
    assert (caught.value.id, caught.value.arguments) == ("keyring_missing", {"variable": "HF_TOKEN"})
    secrets.forget("huggingface")
    assert "s3cret" not in caplog.text
