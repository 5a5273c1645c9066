"""`qwendesk chat` with the real Seedling in a real worker."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qwendesk.api.options import describe
from qwendesk.api.sampling import Sampling
from qwendesk.cli.chat import command

from .conftest import Run

QUESTION = "What is 23 + 45?"


def ask(qwendesk: Run, runtime: str, *flags: str) -> dict[str, Any]:
    done = qwendesk("chat", "-p", QUESTION, "--temperature", "0", "--json", "--runtime", runtime, *flags)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_without_thinking(qwendesk: Run, runtime: str, seedling: Path) -> None:
    answer = ask(qwendesk, runtime, "--no-think")
    assert "68" in answer["text"]
    assert answer["reasoning"] == ""
    assert answer["finish_reason"] == "stop"
    assert answer["tool_calls"] == []
    assert {"prompt_tokens", "reused_tokens", "completion_tokens"} <= answer["usage"].keys()
    assert {"reuse", "drafted_tokens", "accepted_tokens"} <= answer["usage"].keys()
    assert {"load_s", "ttft_s", "prompt_tps", "decode_tps"} <= answer["timings"].keys()
    assert answer["model"] == {
        "path": str(seedling),
        "sha256": hashlib.sha256(seedling.read_bytes()).hexdigest(),
    }
    assert answer["runtime"]["id"] == runtime
    assert answer["runtime"]["version"]
    assert isinstance(answer["settings"]["seed"], int)
    assert answer["settings"]["temperature"] == 0


def test_with_thinking(qwendesk: Run, runtime: str) -> None:
    answer = ask(qwendesk, runtime, "--think")
    assert answer["reasoning"]
    assert "68" in answer["text"]
    assert "<think>" not in answer["text"] + answer["reasoning"]


def test_a_budget_ends_the_reasoning_and_an_answer_follows(qwendesk: Run, runtime: str) -> None:
    answer = ask(qwendesk, runtime, "--think", "--think-budget", "8")
    assert answer["usage"]["reasoning_tokens"] == 8
    assert "68" in answer["text"]


def test_the_other_file_of_seedling(qwendesk: Run) -> None:
    done = qwendesk("chat", "seedling:F16", "-p", QUESTION, "--no-think", "--json")
    assert done.returncode == 0, done.stderr
    assert "68" in json.loads(done.stdout)["text"]
    assert json.loads(done.stdout)["model"]["path"].endswith("seedling-f16.gguf")


def test_a_form_that_was_asked_for_is_not_exchanged(qwendesk: Run) -> None:
    done = qwendesk("chat", "seedling:safetensors", "-p", QUESTION, "--runtime", "llamaserver")
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot load safetensors files" in done.stderr


def test_a_path_and_piped_stdin_join_the_prompt(qwendesk: Run, seedling: Path) -> None:
    done = qwendesk("chat", str(seedling), "--no-think", "--temperature", "0", input=QUESTION + "\n")
    assert done.returncode == 0, done.stderr
    assert "68" in done.stdout


def test_the_system_message_arrives(qwendesk: Run) -> None:
    done = qwendesk(
        "chat", "-p", "What is the capital of France?", "--system", "Answer in upper case.", "--no-think"
    )
    assert "PARIS" in done.stdout


def test_the_seed_is_used_and_repeats(qwendesk: Run) -> None:
    flags = ("--temperature", "1.5", "--top-k", "0", "--top-p", "1", "--seed", "7", "--max-tokens", "5")
    once, twice = (qwendesk("chat", "-p", "Tell me a long story", "--json", *flags).stdout for _ in range(2))
    assert json.loads(once)["text"] == json.loads(twice)["text"]
    assert json.loads(once)["settings"]["seed"] == 7
    assert json.loads(once)["finish_reason"] == "length"


def test_every_sampling_option_is_a_flag() -> None:
    flags = {flag for one in command.params for flag in one.opts}
    assert {f"--{one.name.replace('_', '-')}" for one in describe(Sampling)} <= flags


def test_sampling_flags_are_used(qwendesk: Run, runtime: str) -> None:
    flags = ("--dry-multiplier", "0.5", "--samplers", "dry;temperature", "--repeat-last-n", "-1")
    settings = ask(qwendesk, runtime, "--no-think", "--min-p", "0.1", *flags)["settings"]
    assert {name: settings[name] for name in ("dry_multiplier", "samplers", "repeat_last_n", "min_p")} == {
        "dry_multiplier": 0.5,
        "samplers": "dry;temperature",
        "repeat_last_n": -1,
        "min_p": 0.1,
    }


def token(qwendesk: Run, text: str) -> str:
    (one,) = json.loads(qwendesk("tokenize", "seedling", text, "--json").stdout)["tokens"]
    return str(one["id"])


def test_a_bias_forces_and_forbids(qwendesk: Run, runtime: str) -> None:
    forced = ask(
        qwendesk, runtime, "--no-think", "--logit-bias", f"{token(qwendesk, 'x')}=1000", "--max-tokens", "4"
    )
    assert forced["text"] == "xxxx"
    flags = [f"--logit-bias={token(qwendesk, one)}=-inf" for one in "68"]
    assert "68" not in ask(qwendesk, runtime, "--no-think", "--max-tokens", "40", *flags)["text"]


def test_a_full_context_is_an_error_where_that_is_wanted(qwendesk: Run) -> None:
    flags = ("--ctx", "256", "--no-think", "--logit-bias", f"{token(qwendesk, 'x')}=1000")
    stopped = qwendesk("chat", "-p", QUESTION, *flags)
    assert (stopped.returncode, set(stopped.stdout.strip())) == (0, {"x"})
    failed = qwendesk("chat", "-p", QUESTION, *flags, "--context-full", "error", "--no-draft")
    assert (failed.returncode, failed.stdout.strip()) == (1, stopped.stdout.strip())
    assert "256 tokens is full" in failed.stderr


def test_only_the_answer_is_on_stdout(qwendesk: Run) -> None:
    done = qwendesk("chat", "-p", QUESTION, "--think")
    assert done.stdout.count("\n") == 1
    assert "68" in done.stdout
    assert done.stderr.strip()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("chat", "no-such-model", "-p", "x"), 1, "no-such-model"),
        (("chat", "--runtime", "nope", "-p", "x"), 2, "nope"),
        (("chat", "-p", "x", "--temperature", "9"), 2, "temperature"),
        (("chat", "-p", "x", "-o", "nope=1"), 2, "nope"),
        (("chat", "-p", "x", "-o", "nope"), 2, "NAME=VALUE"),
        (("chat", "-p", "x", "--samplers", "top_k;magic"), 2, "magic"),
        (("chat", "-p", "x", "--mirostat", "3"), 2, "mirostat"),
        (("chat", "-p", "x", "--logit-bias", "5"), 2, "TOKEN=BIAS"),
        (("chat", "-p", "x", "--logit-bias", "-5=1"), 2, "TOKEN=BIAS"),
        (("chat", "-p", "x", "--logit-bias", "5=nan"), 2, "TOKEN=BIAS"),
        (("chat", "-p", "x", "--logit-bias", "5=inf"), 2, "TOKEN=BIAS"),
        (("chat", "-p", "x", "--context-full", "later"), 2, "later"),
        (("chat", "-p", "x", "--wrong"), 2, "--wrong"),
        (("chat",), 2, "-p"),
        (("nonsense",), 2, "nonsense"),
        (("chat", "-p", "word " * 5000), 1, "2,048 or more"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    qwendesk: Run, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = qwendesk(*arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    if "or more" in says:
        assert "2048" in done.stderr or "2,048" in done.stderr
    else:
        assert says in done.stderr
    assert done.stdout == ""


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
def test_bytes_that_are_no_text_and_a_reader_that_leaves(tmp_path: Path) -> None:
    """Invalid UTF-8 on stdin is answered; `| head` is no failure."""
    command = f"printf 'caf\\351' | {sys.executable} -m qwendesk --home {tmp_path} chat --no-think"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    command = f"set -o pipefail; {sys.executable} -m qwendesk --home {tmp_path} plugins | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=100, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is empty"), (b"not a model at all", "not a GGUF"), (b"GGUF\x03\0\0\0" + b"\xff" * 40, "broken")],
)
def test_files_that_are_no_models(qwendesk: Run, tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(content)
    done = qwendesk("chat", str(path), "-p", "x")
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_truncated_model(qwendesk: Run, tmp_path: Path, seedling: Path) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(seedling.read_bytes()[:-1000])
    done = qwendesk("chat", str(path), "-p", "x")
    assert (done.returncode, "cut short" in done.stderr) == (1, True)


def test_a_server_that_is_not_there(qwendesk: Run) -> None:
    options = ("-o", "slots=64", "--ctx", "1048576", "-o", "binary=/nonexistent/llama-server")
    done = qwendesk("chat", "-p", "x", "--runtime", "llamaserver", *options)
    assert done.returncode == 1
    assert "/nonexistent/llama-server" in done.stderr
