"""The report of a home with private things in every corner: nothing of them is in it, and all that helps is."""

from __future__ import annotations

import io
import json
import logging
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qwendesk.api.health import CheckResult
from qwendesk.api.http import Purpose
from qwendesk.api.problem import Note, Problem
from qwendesk.app import App
from qwendesk.monitor.health import Checked
from qwendesk.monitor.report import logs
from qwendesk.monitor.report.measures import STEP_S, steps
from qwendesk.monitor.report.part import Part, packed
from qwendesk.store.metrics import MetricRows, Series, Span
from qwendesk.system.exchange import Exchange
from qwendesk.system.paths import Paths, resources
from qwendesk.words.report import whole

TOKEN = "plain-token-without-a-shape"
PRIVATE = ["wilhelmina", "grueadopted", "plughfolder", "xyzzyprompt", TOKEN, "secretmirrorpath", "fnordmodel"]
_log = logging.getLogger("qwendesk.of_a_test")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    person = tmp_path / "home" / "wilhelmina"
    shelf, adopted = tmp_path / "shelf", person / "plughfolder"
    for folder in (shelf / "acme" / "tiny-GGUF", adopted):
        folder.mkdir(parents=True)
    seedling = resources() / "seedling" / "seedling-q8_0.gguf"
    shutil.copyfile(seedling, shelf / "acme" / "tiny-GGUF" / "tiny-Q8_0.gguf")
    shutil.copyfile(seedling, adopted / "grueadopted.gguf")
    monkeypatch.setenv("HOME", str(person))
    monkeypatch.setenv("LOGNAME", "wilhelmina")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    paths = Paths(person / ".local" / "qwendesk")
    paths.home.mkdir(parents=True)
    paths.settings.write_text(
        f"""
[library]
roots = ["{shelf}"]
[hub.huggingface]
endpoint = "https://wilhelmina:{TOKEN}@mirror.example/secretmirrorpath"
[runtimes.llamaserver.options]
binary = "{adopted}/llama-server"
context = 4096
[window]
theme = "dark"
[other]
note = "xyzzyprompt"
api_token = "{TOKEN}"
""",
        encoding="utf-8",
    )
    with App(paths) as app:
        _fill(app, adopted)
        yield app


def _fill(app: App, adopted: Path) -> None:
    app.keeping.adopt(adopted / "grueadopted.gguf", "grueadopted")
    subject = Purpose("pull", "file", "acme/xyzzyprompt")
    for status in (200, 404):
        exchange = Exchange("huggingface.co", "GET", subject, status=status, bytes_in=10, seconds=1.0)
        app.ledger.begin(exchange)
        app.ledger.end(exchange)
    now = time.time()
    for name in ("acme/tiny-GGUF:Q8_0", "fnordmodel"):
        MetricRows(app.store).add([(Series("reply", name, "llamacpp", "{}", "ttft_s"), now, 0.5)], [])
    _log.warning("Not read: %s", Problem("x", path=f"{adopted}/my file.txt", detail="Permission denied"))
    _log.error("Failed with %s", ValueError("xyzzyprompt"))
    _log.info("loaded %s", app.paths.models / "Qwen" / "x.gguf")


def parts(app: App, checks: list[Checked] | None = None) -> dict[str, str]:
    made = [one for one in app.reports.parts(checks or []) if isinstance(one, Part)]
    return {one.name: one.text for one in whole(made)}


def checked(app: App) -> list[Checked]:
    place = str(Path.home() / "plughfolder" / "grueadopted.gguf")
    told = Note("seedling_wrong", {"question": "xyzzyprompt", "answer": "xyzzyprompt", "path": place})
    return [Checked("model.grueadopted", "Is it?", CheckResult("fail", told))]


def test_nothing_private_is_in_it_and_it_is_json_where_it_says_so(app: App) -> None:
    made = parts(app, checked(app))
    for name, text in made.items():
        found = [one for one in PRIVATE if one in text.casefold()]
        assert not found, f"{name} holds {found}"
        if name.endswith(".json"):
            json.loads(text)


def test_what_helps_is_in_it(app: App) -> None:
    made = parts(app, checked(app))
    (log,) = [name for name in made if name.startswith("logs/")]
    assert set(made) == {
        "README.txt",
        *("versions.json", "checks.json", "settings.json", "requests.json", "metrics.json", "metrics.csv"),
        log,
    }
    assert all(name in made["README.txt"] for name in made if name != "README.txt")

    versions = json.loads(made["versions.json"])
    assert versions["packages"]["pyside6-essentials"]
    assert versions["machine"]["memory"] > 0
    assert {one["name"]: one["state"] for one in versions["plugins"]}["llamaserver"] == "active"
    assert {one["id"] for one in versions["runtimes"]} >= {"llamaserver", "llamacpp"}

    assert json.loads(made["checks.json"]) == [
        {
            "id": "model.<model>",
            "title": "Is it?",
            "status": "fail",
            "sentence": {"id": "seedling_wrong", "path": "~home/<path>"},
        }
    ]
    settings = json.loads(made["settings.json"])
    assert settings["library.roots"] == ["~models"]
    assert settings["hub.huggingface.endpoint"] == "https://mirror.example/…"
    assert settings["runtimes.llamaserver.options.binary"] == "~home/<path>"
    assert settings["runtimes.llamaserver.options.context"] == 4096
    assert settings["window.theme"] == "dark"
    assert settings["other.note"] == "(11 characters)"
    assert settings["other.api_token"] == "<token>"

    (requests,) = json.loads(made["requests.json"])
    assert (requests["host"], requests["requests"], requests["failed"]) == ("huggingface.co", 2, 1)
    assert "acme/tiny-GGUF:Q8_0" in made["metrics.csv"]
    assert ",<model>," in made["metrics.csv"]
    assert "Not read: x(path='~home/<path>', detail='Permission denied')" in made[log]
    assert "loaded ~models/Qwen/x.gguf" in made[log]
    assert "ValueError: sha256:" in made[log]


def test_checks_are_told_as_they_come(app: App) -> None:
    told = [type(one).__name__ for one in app.reports.parts(checked(app) * 2)]
    assert told[:3] == ["Checked", "Checked", "Part"]


def test_a_broken_home_still_gives_a_report(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: object, **_more: object) -> None:
        raise sqlite3.DatabaseError("xyzzyprompt")

    def checks_that_fail() -> Iterator[Checked]:
        yield from checked(app)
        fails()

    for name in ("entries", "averages", "courses"):
        monkeypatch.setattr(type(app.ledger if name == "entries" else app.metrics), name, fails)
    monkeypatch.setattr(type(app.library), "models", fails)
    made = {one.name: one.text for one in app.reports.parts(checks_that_fail()) if isinstance(one, Part)}
    assert json.loads(made["requests.json"])["missing"].startswith("DatabaseError")
    assert "metrics.csv" not in made
    assert json.loads(made["checks.json"])[0]["status"] == "fail"
    assert not [text for text in made.values() if "xyzzyprompt" in text]
    (log,) = [text for name, text in made.items() if name.startswith("logs/")]
    assert "A report lacks" in log


def test_without_files_the_lines_in_memory_are_taken(app: App) -> None:
    assert app.log.flush()
    shutil.rmtree(app.paths.logs)
    (log,) = logs.recent(app.log)
    assert log.name == "logs/memory.log"
    assert "Not read" in log.text


def test_old_logs_stay_at_home(app: App) -> None:
    assert [one.name for one in logs.recent(app.log)]
    late = time.time() + logs.RECENT_S + 60
    assert [one.name for one in logs.recent(app.log, late)] == ["logs/memory.log"]


def test_a_library_in_the_home_folder_itself_does_not_open_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = tmp_path / "wilhelmina"
    monkeypatch.setenv("HOME", str(person))
    paths = Paths(person / "qd")
    paths.home.mkdir(parents=True)
    paths.settings.write_text(f'[library]\nroots = ["{person}", "{tmp_path}"]\n', encoding="utf-8")
    with App(paths) as app:
        _log.info("see %s", person / "secret.txt")
        made = parts(app)
    assert json.loads(made["settings.json"])["library.roots"] == ["~home", "<path>"]
    assert "secret.txt" not in "".join(made.values())


def test_longer_steps_hold_the_same_values() -> None:
    begin = 1_700_000_100.0
    spans = [Span(begin + 10 * n, 0, 1, float(n), float(n), float(n)) for n in range(70)]
    longer = list(steps(spans))
    assert [one.at for one in longer] == [begin, begin + STEP_S, begin + 2 * STEP_S]
    assert sum(one.count for one in longer) == 70
    assert sum(one.total for one in longer) == sum(range(70))
    assert (longer[1].least, longer[1].most) == (30.0, 59.0)
    assert list(steps([])) == []


def test_packed_is_what_was_shown(app: App) -> None:
    shown = [Part("a.txt", "ä\n"), Part("logs/b.log", "x" * 10_000)]
    with zipfile.ZipFile(io.BytesIO(packed(shown))) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            one.name: one.text for one in shown
        }
