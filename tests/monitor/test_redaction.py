"""Nothing of what is redacted comes through, in whatever line it stands, and redacting again changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qwendesk.monitor.redaction import Redaction
from qwendesk.monitor.whereabouts import redaction

UNIX = Redaction(
    "/home/anna schmidt",
    {"~models": ("/mnt/big drive/models", "/home/anna schmidt/qd/models"), "~program": ("/opt/qwendesk",)},
    ("annas", "Anna Schmidt"),
    ("zugspitze.example.org", "zugspitze"),
    ("open sesame",),
)
WINDOWS = Redaction(r"C:\Users\Anna S", {"~models": (r"D:\Modelle",)}, ("Anna S",), ("DESKTOP-7",))
BOTH = [UNIX, WINDOWS]

# Names with spaces and letters of any script; each holds a mark to look for.
NAME = st.text(
    st.characters(categories=("L", "N"), include_characters=" .-_()+@#&,;=[]{}!%"), min_size=1, max_size=12
).map(lambda name: f"q{name.strip(' .')}Q")
PARTS = st.lists(NAME, min_size=1, max_size=4)
HEADS = [
    "/",
    "/home/anna schmidt/",
    "/Users/anna/",
    "C:\\",
    "c:/",
    "C:\\\\",
    "\\\\server\\share\\",
    "//server/share/",
]
HEADS += ["\\\\?\\C:\\", "file:///", "file:///C:/", "file://server/", "~/", "~anna/", "C:\\Users\\Anna S\\"]
LINES = [
    "{}",
    "cannot open {}",
    "path='{}', detail='x'",
    '{{"path": "{}", "n": 3}}',
    "file_unreadable(path={!r}, n=3)",
    "open({}): failed",
    "({})",
    "path={}",
    "two: '{}' and \"/etc/x\"",
    "{}: No such file or directory",
    "“{}” is not there.",
]


@given(st.sampled_from(HEADS), PARTS, st.sampled_from(LINES), st.sampled_from(BOTH))
def test_no_part_of_a_path_comes_through(head: str, parts: list[str], line: str, redact: Redaction) -> None:
    separator = "\\" if "\\" in head else "/"
    whole = line.format(head + separator.join(parts))
    told = redact(whole)
    assert not [part for part in parts if part in told]
    assert "Anna" not in told or redact is UNIX
    assert redact(told) == told


@given(PARTS)
def test_the_person_s_home_is_found_in_the_middle_of_a_word(parts: list[str]) -> None:
    told = UNIX(f"-I/home/anna schmidt/{'/'.join(parts)}")
    assert told == "-I~home/<path>" + told.removeprefix("-I~home/<path>")
    assert not [part for part in parts if part in told]


@given(st.text(), st.sampled_from(BOTH))
@example("~home/<path> <user>/x https://<host>/… https://a:<token>@b/c", UNIX)
@example("https://zugspitze/x //x /…/ file:/// ~/ ~ / C:/ \\\\", UNIX)
@example("annas/x annas:/x /annas", UNIX)
@example("'/x' /y\u2028/z\x85\x1c//", UNIX)
def test_any_text_is_taken_and_stays_as_it_is_the_second_time(text: str, redact: Redaction) -> None:
    told = redact(text)
    assert redact(told) == told


@given(
    st.lists(
        st.sampled_from(
            [
                *"/\\:~'\"<>@.-= \n",
                *("annas", "zugspitze", "<path>", "<user>", "<host>", "<token>", "~home", "~models", "file:"),
                *("https://", "C:", "token=", "models", "/mnt/big drive/models", "..", "..."),
            ]
        ),
        max_size=25,
    )
)
def test_the_same_for_what_paths_and_placeholders_are_made_of(pieces: list[str]) -> None:
    told = UNIX("".join(pieces))
    assert UNIX(told) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "loaded /mnt/big drive/models/Qwen/Qwen3 4B/x.gguf (version GGUF V3)",
            "loaded ~models/Qwen/Qwen3 4B/x.gguf (version GGUF V3)",
        ),
        ("path='/home/anna schmidt/qd/models/x.gguf' with llamacpp", "path='~models/x.gguf' with llamacpp"),
        (
            "/mnt/big drive/models/x.gguf is a copy of /home/anna schmidt/x.gguf",
            "~models/x.gguf is a copy of ~home/<path>",
        ),
        ("/mnt/big drive/models/../../secret", "<path>"),
        ("/mnt/big drive/models-of-mine/x", "<path>"),
        ("home is /home/anna schmidt", "home is ~home"),
        ("home is '/home/anna schmidt/'", "home is '~home'"),
        ("cannot read /data/my secret.pdf: Permission denied", "cannot read <path>: Permission denied"),
        (
            "tensors from /data/a b.gguf (version GGUF V3 (latest))",
            "tensors from <path> (version GGUF V3 (latest))",
        ),
        ('File "/opt/qwendesk/worker/child.py", line 3', 'File "~program/worker/child.py", line 3'),
        ("'/home/anna schmidt/Anna's file.txt' is gone", "'~home/<path>' is gone"),
        ("52.1 tok/s, 3/4 done, and/or, <think>x</think>", "52.1 tok/s, 3/4 done, and/or, <think>x</think>"),
        ("Qwen/Qwen3-4B-GGUF:Q4_K_M", "Qwen/Qwen3-4B-GGUF:Q4_K_M"),
        ("GET https://me:pw@huggingface.co/api/models/secret?x=1 200", "GET https://huggingface.co/… 200"),
        ("see https://huggingface.co.", "see https://huggingface.co."),
        ("smb://server/share/secret.txt", "smb://server/…"),
        ("annas on zugspitze, ANNAS-2 on Zugspitze.example.org", "<user> on <host>, <user>-2 on <host>"),
        ("hannas annasx zugspitzen", "hannas annasx zugspitzen"),
        ("Anna Schmidt says open sesame", "<user> says <token>"),
        ("key hf_abcdefghijkl0123", "key <token>"),
    ],
)
def test_what_becomes_of_a_line(text: str, told: str) -> None:
    assert UNIX(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (r"D:\Modelle\Qwen\x.gguf", r"~models\Qwen\x.gguf"),
        (r"'d:\\Modelle\\Qwen\\x.gguf'", r"'~models\\Qwen\\x.gguf'"),
        ("D:/Modelle/x.gguf", "~models/x.gguf"),
        (r"C:\Users\Anna S\Desktop\secret.txt", "~home/<path>"),
        (r"E:\secret.txt: Permission denied", "<path>: Permission denied"),
        ("desktop-7", "<host>"),
    ],
)
def test_what_becomes_of_a_line_of_windows(text: str, told: str) -> None:
    assert WINDOWS(text) == told


def test_data_is_redacted_value_by_value_and_stays_json() -> None:
    data = {"/x/secret": ["/y/secret one", 3, None, True, {"a": 'say "/z/secret two"'}], "n": 0.5}
    told = UNIX.values(data)
    assert told == {"<path>": ["<path>", 3, None, True, {"a": 'say "<path>"'}], "n": 0.5}
    assert json.loads(json.dumps(told)) == told


def test_common_names_are_left_in_sentences() -> None:
    redact = Redaction("/root", {}, ("root", "u"), ("localhost",))
    assert redact("the root of u on localhost") == "the root of u on localhost"
    assert redact("/root/x") == "~home/<path>"


def test_this_computer_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.setenv("HOME", str(tmp_path / "her home"))
    monkeypatch.setenv("LOGNAME", "wilhelmina")
    redact = redaction({"~models": [tmp_path / "link"]}, ["open sesame"])
    assert redact(f"{tmp_path}/real/x.gguf") == redact(f"{tmp_path}/link/x.gguf") == "~models/x.gguf"
    assert redact(f"wilhelmina: '{tmp_path}/her home/a'") == "<user>: '~home/<path>'"
    assert redact("open sesame") == "<token>"
