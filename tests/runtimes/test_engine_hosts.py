"""Every host that an installation asks stands in the ledger: also those that uv knows by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import engine_plugin
from fakes.index import Index
from fakes.proxy import Proxy
from fakes.wheels import wheel
from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.system.paths import Paths


@pytest.fixture
def torch_app(paths: Paths) -> Iterator[App]:
    """Its engine wants the build of PyTorch for the processor."""
    with App(paths, engine_plugin.found(torch="cpu")) as made:
        yield made


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """All that leaves this computer by TLS is sent to it."""
    with Proxy() as made:
        for name in ("NO_PROXY", "no_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", made.url)
        yield made


@pytest.fixture
def own(wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """An index that the user set, with files of its own."""
    folder = tmp_path / "own"
    shutil.copytree(wheels, folder)
    with Index(folder) as served:
        monkeypatch.setenv("UV_DEFAULT_INDEX", served.url())
        yield served


def listed(app: App) -> set[str]:
    return {one.host for one in app.ledger.entries() if one.purpose.what == "package list"}


def test_the_index_of_a_build_of_pytorch_stands_in_the_ledger(
    torch_app: App, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV_DEFAULT_INDEX")
    with pytest.raises(Problem) as caught:
        torch_app.engines.plan("fake")
    assert caught.value.id == "uv_failed"
    assert len(proxy.asked) == 2
    assert listed(torch_app) == proxy.asked


def test_offline_all_of_them_are_refused(
    torch_app: App, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV_DEFAULT_INDEX")
    torch_app.offline.turn(True)
    with pytest.raises(Problem, match="offline"):
        torch_app.engines.plan("fake")
    assert len(listed(torch_app)) == 2
    assert {one.problem for one in torch_app.ledger.entries()} == {"offline"}
    assert not proxy.asked


def test_a_build_that_the_users_index_has_is_taken_from_there(
    torch_app: App, own: Index, proxy: Proxy
) -> None:
    wheel(own.folder, "torch", "2.0+cpu", {"torch.py": ""})
    plan = torch_app.engines.plan("fake")
    assert ("torch", "2.0+cpu") in [(one.name, one.version) for one in plan.packages]
    torch_app.engines.install(plan)
    assert {one.host for one in torch_app.ledger.entries()} == {own.host}
    assert not proxy.asked


@pytest.mark.parametrize("there", [False, True])
def test_a_build_that_it_lacks_is_looked_for_elsewhere(
    torch_app: App, own: Index, proxy: Proxy, there: bool
) -> None:
    """There is none, or one for cards, which brings packages that nobody asked for."""
    if there:
        wheel(own.folder, "torch", "2.0", {"torch.py": ""}, ["nvidia-fake"])
        wheel(own.folder, "nvidia-fake", "1.0", {"nvidia.py": ""})
    with pytest.raises(Problem) as caught:
        torch_app.engines.plan("fake")
    assert caught.value.id == "uv_failed"
    assert len(proxy.asked) == 1
    assert listed(torch_app) == {own.host, *proxy.asked}


def test_a_version_of_ones_own_is_no_build_for_cards(torch_app: App, own: Index, proxy: Proxy) -> None:
    """What such a version needs comes with it, so that only NVIDIA's libraries tell the builds apart."""
    wheel(own.folder, "torch", "2.0", {"torch.py": ""}, ["fakehelper"])
    lock = own.folder / "lock.txt"
    lock.write_text("fakeengine==1.0\ntorch==2.0\n")
    assert "fakehelper" in [one.name for one in torch_app.engines.plan("fake", lock=lock).packages]
    assert not proxy.asked
    wheel(own.folder, "torch", "2.0", {"torch.py": ""}, ["nvidia_fake"])
    wheel(own.folder, "nvidia_fake", "1.0", {"nvidia.py": ""})
    with pytest.raises(Problem, match="uv_failed"):
        torch_app.engines.plan("fake", lock=lock)
    assert len(proxy.asked) == 1


def test_the_host_of_files_that_are_looked_into_stands_in_the_ledger(app: App, own: Index) -> None:
    with Index(own.folder) as files:
        own.files_at = f"http://{files.host}"
        plan = app.engines.plan("fake")
        assert files.seen
        assert listed(app) == {own.host, files.host}
        assert plan.hosts == (files.host,)


def test_a_host_that_uv_is_sent_on_to_stands_in_the_ledger(app: App, own: Index) -> None:
    with Index(own.folder) as files:
        own.moved_to = f"http://{files.host}"
        app.engines.install(app.engines.plan("fake"))
        assert files.seen
        asked = {(one.host, one.purpose.what) for one in app.ledger.entries()}
        assert asked == {
            (host, what) for host in (own.host, files.host) for what in ("package list", "packages")
        }
