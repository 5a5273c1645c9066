"""Loading: what fails says why, what is logged says nothing, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from fakes import tiny_gguf
from fakes.llama_binary import write_binary
from qwendesk.api.cores import physical_cores
from qwendesk.api.engine import LoadProgress, LoadReport, ModelFiles
from qwendesk.api.problem import Problem
from qwendesk_llamaserver import probe
from qwendesk_llamaserver.engine import LlamaServerEngine
from qwendesk_llamaserver.options import LlamaServerOptions

SMALL = LlamaServerOptions(context=512, threads=1, prompt_cache=0)
TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_gguf.write_tiny(tmp_path_factory.mktemp("load") / "tiny.gguf")


def load(path: Path, options: LlamaServerOptions = SMALL) -> LoadReport:
    engine = LlamaServerEngine()
    try:
        return engine.load(ModelFiles(str(path), "gguf"), options, lambda _: None)
    finally:
        engine.close()


def problem_of(path: Path, options: LlamaServerOptions = SMALL) -> Problem:
    with pytest.raises(Problem) as caught:
        load(path, options)
    return caught.value


def test_describing_the_runtime_imports_no_engine() -> None:
    code = (
        "import qwendesk_llamaserver, sys; qwendesk_llamaserver.register_runtimes();"
        "sys.exit('xllamacpp' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_none_comes_to(tiny: Path) -> None:
    report = load(tiny, replace(SMALL, threads=None, slots=None, context=None))
    assert report.options["threads"] == max(1, physical_cores() - 1)
    assert (report.slots, report.notes) == (4, ())
    assert report.context == 2048


class TestBinary:
    """A llama-server of the user's own."""

    def test_missing(self, tiny: Path, tmp_path: Path) -> None:
        assert problem_of(tiny, replace(SMALL, binary=str(tmp_path / "none"))).id == "binary_missing"
        (tmp_path / "plain").write_text("no program")
        assert problem_of(tiny, replace(SMALL, binary=str(tmp_path / "plain"))).id == "binary_missing"

    def test_one_that_ends_at_once(self, tiny: Path, tmp_path: Path) -> None:
        binary = tmp_path / "llama-server"
        binary.write_text("#!/bin/sh\nexit 3\n")
        binary.chmod(0o755)
        problem = problem_of(tiny, replace(SMALL, binary=str(binary)))
        assert problem.id == "load_failed"
        assert problem.arguments["detail"] == "llama-server ended with status 3"

    def test_one_that_cannot_load(self, tiny: Path, tmp_path: Path) -> None:
        path = tmp_path / "cut.gguf"
        path.write_bytes(tiny.read_bytes()[:100_000])
        binary = write_binary(tmp_path)
        assert problem_of(path, replace(SMALL, binary=str(binary))).id == "load_failed"

    def test_the_key_is_not_on_the_command_line(self, tiny: Path, tmp_path: Path) -> None:
        engine = LlamaServerEngine()
        seen: list[LoadProgress] = []
        options = replace(SMALL, binary=str(write_binary(tmp_path)))
        engine.load(ModelFiles(str(tiny), "gguf"), options, seen.append)
        key = engine._loaded().client._key
        lines = [one.cmdline() for one in psutil.Process().children(recursive=True)]
        engine.close()
        assert seen
        assert any("--host" in line for line in lines)
        assert not any(key in word for line in lines for word in line)

    def test_it_dies_with_its_worker(self, tiny: Path, tmp_path: Path) -> None:
        code = (
            "import sys; from qwendesk.api.engine import ModelFiles;"
            "from qwendesk_llamaserver.engine import LlamaServerEngine;"
            "from qwendesk_llamaserver.options import LlamaServerOptions;"
            "e = LlamaServerEngine();"
            "e.load(ModelFiles(sys.argv[1], 'gguf'),"
            " LlamaServerOptions(context=512, threads=1, binary=sys.argv[2]), lambda p: None);"
            "print('loaded', flush=True); sys.stdin.read()"
        )
        worker = subprocess.Popen(
            [sys.executable, "-c", code, str(tiny), str(write_binary(tmp_path))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert worker.stdout is not None
        assert worker.stdin is not None
        assert worker.stdout.readline() == b"loaded\n"
        servers = psutil.Process(worker.pid).children(recursive=True)
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()
        assert servers
        _, alive = psutil.wait_procs(servers, timeout=5)
        assert not alive


class FakeMachine:
    """A machine with or without the wheel, with or without a binary."""

    physical_cores = 2
    memory_bytes = 1 << 30

    def __init__(self, wheel: bool, binary: str = "") -> None:
        self._wheel, self._binary = wheel, binary

    def has_module(self, name: str) -> bool:
        return self._wheel and name == "xllamacpp"

    def version(self, distribution: str) -> str | None:
        return "1.2" if self._wheel and distribution == "xllamacpp" else None

    def module_folder(self, name: str) -> str:
        return ""

    def setting(self, key: str) -> str:
        return self._binary if key == "runtimes.llamaserver.options.binary" else ""


def test_probe(tmp_path: Path) -> None:
    assert probe(FakeMachine(wheel=True)).version == "1.2"
    missing = probe(FakeMachine(wheel=False))
    assert not missing.available
    assert missing.fix
    binary = tmp_path / "llama-server"
    assert not probe(FakeMachine(wheel=True, binary=str(binary))).available
    binary.touch()
    assert probe(FakeMachine(wheel=False, binary=str(binary))).available
