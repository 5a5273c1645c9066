"""What each check says, on figures that the test gives."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.conftest import Replied
from qwendesk.api.health import CheckResult, HealthCheck, Trial
from qwendesk.api.llama import instructions
from qwendesk.api.problem import Note, Problem
from qwendesk.api.reply import Finished, Timings, Usage
from qwendesk.api.sampling import Sampling
from qwendesk.models.catalog import catalogue
from qwendesk.models.facts import Template
from qwendesk.models.summary import Summary
from qwendesk.monitor.checks import (
    database,
    disk,
    files,
    hubs,
    keys,
    loaded,
    plugins,
    surroundings,
    templates,
)
from qwendesk.monitor.recent import Recent
from qwendesk.plugins import PluginReport
from qwendesk.store.connection import Store
from qwendesk.system import fonts
from qwendesk.system.settings import Settings
from qwendesk.words.health import advice, label, status_line, summary
from qwendesk_checks import service
from qwendesk_checks.instructions import of_processor

GB = 1_000_000_000


def results(check: HealthCheck, context: Any = None) -> list[CheckResult]:
    answer = check.run(context)
    return [answer] if isinstance(answer, CheckResult) else list(answer)


def ids(found: Iterable[CheckResult]) -> list[tuple[str, str]]:
    return [(one.status, one.sentence.id) for one in found]


# The disk


class Queue:
    """Downloads with so many bytes to come to a folder."""

    def __init__(self, *waiting: int, root: Path = Path("/models")) -> None:
        self.paused: list[int] = []
        self.list = [
            SimpleNamespace(number=at, state="queued", size=size, done=0, root=root)
            for at, size in enumerate(waiting)
        ]

    def pulls(self) -> list[Any]:
        return self.list

    def floor(self) -> int:
        return GB

    def pause(self, number: int) -> None:
        self.paused.append(number)


class Bin:
    """A trash with so many bytes."""

    def __init__(self, size: int = 0) -> None:
        self.size = size

    def trash(self) -> list[Any]:
        return [SimpleNamespace(size=self.size, there=True)] if self.size else []

    def trash_on_disk(self) -> int:
        return self.size

    def empty_trash_on_disk(self) -> int:
        return self.empty_trash(0.0)

    def empty_trash(self, _older: float) -> int:
        freed, self.size = self.size, 0
        return freed


def room(free: int, queue: Queue, bin: Bin | None = None) -> HealthCheck:
    return disk.room(Path("/home/x"), lambda: Path("/models"), queue, bin or Bin(), lambda _path: free)  # type: ignore[arg-type]


def test_room_is_judged_with_what_is_still_to_come() -> None:
    assert ids(results(room(10 * GB, Queue(3 * GB)))) == [("ok", "disk_state")]
    assert ids(results(room(10 * GB, Queue(5 * GB, 5 * GB)))) == [("warn", "disk_short")]
    assert ids(results(room(GB // 2, Queue()))) == [("fail", "disk_nearly_full")]
    full = results(room(disk.HOME_NEEDS - 1, Queue()))
    assert ids(full) == [("fail", "disk_full_home"), ("fail", "disk_nearly_full")]


def test_a_full_disk_is_helped_by_the_trash_else_by_pausing() -> None:
    bin, queue = Bin(7 * GB), Queue(5 * GB, 5 * GB)
    (short,) = results(room(2 * GB, queue, bin))
    assert short.fix is not None
    assert label(short.fix) == "Empty the trash (7.0 GB)"
    assert short.fix.act(None).arguments == {"size": 7 * GB}  # type: ignore[arg-type]
    (again,) = results(room(2 * GB, queue, bin))
    assert again.fix is not None
    assert again.fix.act(None).id == "downloads_paused"  # type: ignore[arg-type]
    assert queue.paused == [0, 1]
    (alone,) = results(room(GB // 2, Queue()))
    assert alone.fix is None
    assert "Make room" in advice(alone)


class Unlisted(Bin):
    """A trash whose list cannot be read."""

    def trash(self) -> list[Any]:
        raise Problem("store_broken", path="/x", detail="")


def test_a_full_disk_is_helped_without_a_database() -> None:
    bin = Unlisted(7 * GB)
    (full,) = results(room(GB // 2, Queue(), bin))
    assert full.fix is not None
    assert label(full.fix) == "Empty the trash (7.0 GB)"
    assert full.fix.act(None).arguments == {"size": 7 * GB}  # type: ignore[arg-type]
    (again,) = results(room(GB // 2, Queue(), bin))
    assert again.fix is None
    assert "doctor --fix store" in advice(again)
    (fine,) = results(room(10 * GB, Queue(), bin))
    assert advice(fine) == ""


def test_what_is_still_to_come_is_added_up_for_each_disk() -> None:
    queue = Queue(5 * GB, 5 * GB)
    queue.list[1].root = Path("/more")

    def found(disk: Callable[[Path], int]) -> list[CheckResult]:
        models = Path("/models")
        return results(disk_room(queue, models, disk))

    def disk_room(queue: Queue, models: Path, on: Callable[[Path], int]) -> HealthCheck:
        return disk.room(Path("/home/x"), lambda: models, queue, Bin(), lambda _path: 8 * GB, on)  # type: ignore[arg-type]

    assert ids(found(lambda _path: 1)) == [("warn", "disk_short")] * 2
    assert ids(found(lambda path: len(path.name))) == [("ok", "disk_state")] * 2


# The database


def test_a_database_that_cannot_be_read_is_named_with_its_fix(tmp_path: Path) -> None:
    path = tmp_path / "qwendesk.db"
    path.write_bytes(b"no database at all")
    store = Store(path)
    (broken,) = results(database.readable(store))
    assert (broken.status, broken.sentence.id) == ("fail", "store_broken")
    assert broken.fix is not None
    assert "old file is kept" in advice(broken)
    assert broken.fix.act(None).id == "store_salvaged"  # type: ignore[arg-type]
    assert ids(results(database.readable(store))) == [("ok", "store_readable")]
    assert ids(results(database.whole(store))) == [("ok", "store_whole")]
    store.close()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_database_without_rights_gets_them_back(tmp_path: Path) -> None:
    path = tmp_path / "qwendesk.db"
    Store(path).rows("SELECT 1")
    path.chmod(0)
    (shut,) = results(database.readable(Store(path)))
    assert shut.fix is not None
    shut.fix.act(None)  # type: ignore[arg-type]
    assert ids(results(database.readable(Store(path)))) == [("ok", "store_readable")]


def test_a_database_that_is_busy_or_locked_is_no_failure() -> None:
    class Refusing:
        path = Path("/x")

        def __init__(self, id: str) -> None:
            self.id = id

        def rows(self, _question: str) -> None:
            raise Problem(self.id, path="/x", detail="")

        faults = rows

    for id, status in (("store_busy", "warn"), ("store_locked", "warn"), ("store_newer", "fail")):
        assert ids(results(database.readable(Refusing(id)))) == [(status, id)]  # type: ignore[arg-type]


# Plugins


def test_blocked_plugins_are_named_and_strangers_can_be_turned_off(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.toml")
    settings.set("plugins.allowed", ["bad", "other"])
    reason = Note("plugin_raised", {"detail": "oh"})
    told = [
        PluginReport("good", "qwendesk", "1", True, "active"),
        PluginReport("own", "qwendesk", "1", True, "blocked", problem=reason),
        PluginReport("bad", "x", "1", False, "blocked", problem=reason),
    ]
    own, bad = results(plugins.blocked(lambda: told, settings))
    assert (own.subject, own.fix, own.status) == ("own", None, "fail")
    assert bad.fix is not None
    assert bad.fix.act(None).id == "plugin_turned_off"  # type: ignore[arg-type]
    assert settings.words("plugins.allowed") == ["other"]
    assert ids(results(plugins.blocked(lambda: told[:1], settings))) == [("ok", "plugins_work")]


# The loaded model


def test_limits_are_those_of_the_settings() -> None:
    assert loaded.judged_time("m", 10.0, 10.0).status == "ok"
    assert loaded.judged_time("m", 10.1, 10.0).status == "warn"
    assert loaded.judged_speed("m", 5.0, 5.0).status == "ok"
    assert loaded.judged_speed("m", 4.9, 5.0).status == "warn"
    assert loaded.judged_memory("m", 3 * GB, 2 * GB, 1000).status == "ok"
    assert loaded.judged_memory("m", 3 * GB + 1, 2 * GB, 1000).status == "warn"
    for one in (
        loaded.judged_time("m", 11, 10),
        loaded.judged_speed("m", 1, 5),
        loaded.judged_memory("m", GB, 0, 1),
    ):
        assert advice(one), "degraded comes with advice"


@pytest.mark.parametrize(
    ("asked", "used", "has_card", "expected"),
    [
        (20, 20, True, "ok"),
        (20, 0, True, "warn"),
        (20, 0, False, "warn"),
        (None, 0, True, "warn"),
        (None, 0, False, None),
        (None, 33, True, "ok"),
        (0, 0, True, None),
        (20, None, True, None),
    ],
)
def test_a_silent_fall_back_to_the_processor_is_told(
    asked: int | None, used: int | None, has_card: bool, expected: str | None
) -> None:
    found = loaded.judged_layers("m", asked, used, 29, has_card)
    assert (found.status if found is not None else None) == expected


@pytest.mark.parametrize(
    ("asked", "used", "status"), [(99, 5, "warn"), (99, 29, "ok"), (12, 12, "ok"), (None, 5, "ok")]
)
def test_fewer_layers_on_the_card_than_were_asked_for_are_told(
    asked: int | None, used: int, status: str
) -> None:
    found = loaded.judged_layers("m", asked, used, 29, has_card=True)
    assert found is not None
    assert found.status == status


def test_the_last_replies_of_a_session_count(replied: Replied) -> None:
    recent = Recent()
    assert recent.ttft_s(1) is None
    assert recent.decode_tps(1) is None
    for decode in (1.0, 100.0, 50.0, 60.0, 70.0, 80.0):
        recent.heard(replied(decode=decode))
    recent.heard("something else")
    assert recent.decode_tps(1) == 70.0, "the first of six is forgotten"
    assert recent.ttft_s(1) == 0.5
    short = replied(decode=1.0)
    usage = replace(short.finished.usage, completion_tokens=2)
    recent.heard(replace(short, session=2, finished=replace(short.finished, usage=usage)))
    assert recent.decode_tps(2) is None


# What is around us


def test_a_clock_that_is_far_off_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path / "qwendesk.db")
    later = surroundings.RELEASED + 1_000_000.0
    assert ids(results(surroundings.clock(store, lambda: later))) == [("ok", "clock_right")]
    assert ids(results(surroundings.clock(store, lambda: 0.0))) == [("warn", "clock_behind")]
    with store.write() as db:
        db.execute(
            "INSERT INTO conversations VALUES (1, '', '', '', 0, 0, NULL, 1, ?, '', '', NULL, NULL, '')",
            (later + 200_000,),
        )
    assert ids(results(surroundings.clock(store, lambda: later))) == [("warn", "clock_before_chats")]
    store.close()


def test_an_encoding_that_cannot_write_everything_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings.sys, "platform", "linux")
    for name, status in (("UTF-8", "ok"), ("utf8", "ok"), ("ANSI_X3.4-1968", "warn"), ("ISO-8859-1", "warn")):
        assert results(surroundings.encoding(lambda name=name: name))[0].status == status  # type: ignore[misc]


def test_missing_fonts_are_told() -> None:
    def of(found: frozenset[str] | None) -> CheckResult:
        return results(surroundings.fonts(lambda: found))[0]

    assert of(frozenset({"zh", "ja", "ko"})).status == "ok"
    assert of(None).sentence.id == "fonts_not_told"
    missing = of(frozenset({"zh"}))
    assert (missing.status, missing.sentence.arguments["languages"]) == ("warn", "ja, ko")


def test_languages_are_read_from_what_fontconfig_lists() -> None:
    told = ":lang=en|fr|de\n/usr/share/x.ttc: Noto:lang=ja|ko|zh-cn|zh-tw|zh-hk\n"
    assert fonts.covered(told) == {"zh", "ja", "ko"}
    assert fonts.covered("") == frozenset()


@given(st.text())
def test_any_listing_of_fonts_can_be_read(text: str) -> None:
    assert fonts.covered(text) <= {"zh", "ja", "ko"}


# Tokens and hubs


def test_the_keyring_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    class Fine:
        def try_keyring(self) -> bool:
            return True

    class Forgetting:
        def try_keyring(self) -> bool:
            return False

    class Missing:
        def try_keyring(self) -> bool:
            raise Problem("keyring_missing", variable="X")

    for secrets, expected in (
        (Fine(), ("ok", "keyring_works")),
        (Forgetting(), ("warn", "keyring_forgets")),
        (Missing(), ("ok", "keyring_absent")),
    ):
        assert ids(results(keys.keyring(secrets))) == [expected]  # type: ignore[arg-type]


def test_each_hub_is_asked_and_none_while_offline() -> None:
    asked: list[str] = []

    class Hub:
        def __init__(self, id: str) -> None:
            self.id = id

        def search(self, _text: str, limit: int) -> list[str]:
            asked.append(self.id)
            if self.id == "down":
                raise Problem("connection_failed", host="hub.example", detail="refused")
            return []

    class Hubs:
        hubs = (SimpleNamespace(id="up", title="Up"), SimpleNamespace(id="down", title="Down"))

        def hub(self, id: str) -> tuple[str, Hub]:
            return id, Hub(id)

    check = hubs.reachable(Hubs(), lambda: None)  # type: ignore[arg-type]
    assert check.pace == "network"
    assert [one.status for one in results(check)] == ["ok", "fail"]
    assert asked == ["up", "down"]
    offline = hubs.reachable(Hubs(), lambda: Problem("offline"))  # type: ignore[arg-type]
    assert ids(results(offline)) == [("ok", "offline")]
    assert asked == ["up", "down"]


# Templates


def a_summary(repo: str, template: Template, certainty: Any = "sure") -> Summary:
    assert catalogue().at(repo) is not None
    return Summary("gguf", template=template, matched=(repo, certainty, "repository"))


def test_a_template_without_what_its_model_can_do() -> None:
    whole = Template("", thinking="switch", tools=True)
    assert templates.lacks(a_summary("Qwen/Qwen3-8B", whole)) == []
    assert templates.lacks(a_summary("Qwen/Qwen3-8B", Template(""))) == ["enable_thinking", "tools"]
    assert templates.lacks(a_summary("Qwen/Qwen3-8B", Template("", thinking="switch"))) == ["tools"]
    assert templates.lacks(a_summary("Qwen/Qwen3-8B", Template(""), "unsure")) == []
    assert templates.lacks(a_summary("Qwen/Qwen3-8B-Base", Template(""))) == []
    assert templates.lacks(Summary("gguf")) == []


# Trials


def said(answer: str, reasoning: str = "") -> Finished:
    return Finished("stop", reasoning, answer, (), Usage(1, 0, 20, 10), Timings(0.1, 1.0, 50.0), Sampling())


TRIAL = Trial(
    "What is 23 + 45?", "68", said("It is 68."), said("68", "Add them."), 100.0, 110.0, ("AVX2", "FMA")
)


class Trying:
    """A context with one runtime, whose trial is given."""

    def __init__(self, trial: Trial | Problem) -> None:
        self._trial = trial

    def runtimes(self) -> list[Any]:
        return [SimpleNamespace(id="r", formats=("gguf",)), SimpleNamespace(id="s", formats=("onnx",))]

    def trial(self, runtime: str) -> Trial:
        assert runtime == "r"
        if isinstance(self._trial, Problem):
            raise self._trial
        return self._trial


def tried(run: Callable[[Any], Iterable[CheckResult]], **changes: Any) -> tuple[str, str]:
    (one,) = run(Trying(replace(TRIAL, **changes)))
    assert one.subject == "r"
    return one.status, one.sentence.id


def test_what_a_trial_tells() -> None:
    assert tried(service.answers) == ("ok", "seedling_right")
    assert tried(service.answers, plain=said("It is 70.")) == ("fail", "seedling_wrong")
    assert tried(service.thinking) == ("ok", "thinking_switches")
    assert tried(service.thinking, plain=said("68", "Hm.")) == ("fail", "thinking_not_off")
    assert tried(service.thinking, thinking=said("68")) == ("fail", "thinking_not_on")
    assert tried(service.thinking, thinking=said("70", "Hm.")) == ("fail", "seedling_wrong")
    assert tried(service.speed) == ("ok", "speed_usual")
    assert tried(service.speed, best_tps=54.0) == ("warn", "speed_dropped")
    assert tried(service.speed, usual_tps=None) == ("ok", "speed_first")
    assert tried(service.speed, best_tps=None) == ("ok", "speed_not_measured")


def test_a_trial_that_fails_is_a_failure() -> None:
    for run in (service.answers, service.thinking, service.speed, service.processor):
        (one,) = run(Trying(Problem("load_failed", path="x", detail="no")))  # type: ignore[arg-type]
        assert (one.status, one.sentence.id) == ("fail", "load_failed")


def test_what_the_build_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def on(*able: str) -> None:
        monkeypatch.setattr(service, "of_processor", lambda: frozenset(able))

    on("AVX2", "FMA")
    assert tried(service.processor) == ("ok", "instructions_all")
    on("AVX2", "FMA", "AVX512")
    assert tried(service.processor) == ("ok", "instructions_left")
    assert tried(service.processor, instructions=("AVX",)) == ("warn", "instructions_left")
    assert tried(service.processor, instructions=()) == ("ok", "instructions_not_told")


def test_instructions_of_the_processor_and_of_the_build(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("processor : 0\nflags\t\t: fpu avx avx2 fma avx512f\n\nprocessor : 1\nflags : fpu\n")
    assert of_processor(info) == {"AVX", "AVX2", "FMA", "AVX512"}
    info.write_text("Features : fp asimd asimddp i8mm\n")
    assert of_processor(info) == {"NEON", "DOTPROD", "MATMUL_INT8"}
    assert of_processor(tmp_path / "nothing") == frozenset()
    assert instructions("CPU : SSE3 = 1 | AVX2 = 1 | FMA = 0 | OPENMP = 1 | ") == ("SSE3", "AVX2", "OPENMP")


@given(st.text())
def test_any_system_info_can_be_read(text: str) -> None:
    assert all(instructions(text))


# Words


def test_the_state_in_words() -> None:
    from qwendesk.monitor.health import Checked

    def made(*states: Any) -> list[Checked]:
        return [Checked(str(at), "?", CheckResult(one, Note("store_whole"))) for at, one in enumerate(states)]

    assert status_line(made("ok", "ok")) == "Healthy"
    assert status_line(made("ok", "warn", "warn")) == "Degraded: 2 warnings"
    assert status_line(made("fail", "warn")) == "Unhealthy: 1 warning, 1 failed"
    assert summary(made("ok", "warn")) == "1 check passed, 1 warning"


def test_a_repair_that_is_paused_is_no_success() -> None:
    pull = SimpleNamespace(number=1, state="paused", problem=None, done=0, size=10)
    downloads = SimpleNamespace(
        plan=lambda name: name, add=lambda _plan: pull, start=lambda _numbers: None, held=lambda: None
    )
    entry = SimpleNamespace(model=SimpleNamespace(name="m"), repo="o/r", root="/models", away=False)
    fix = files.mending(downloads, None)(entry)  # type: ignore[arg-type]
    assert fix is not None
    context = SimpleNamespace(stopped=lambda: False, tell=lambda *_: None)
    with pytest.raises(Problem, match="model_repair_paused"):
        fix.act(context)  # type: ignore[arg-type]
