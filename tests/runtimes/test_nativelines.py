"""Lines of real engines: which may be in a log file once the worker was sent text."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.runtimes.nativelines import harmless, level
from qwendesk.runtimes.nativelog import MOST_IN_A_SECOND, NativeLog

KEPT = [
    "0.00.155.885 I slot print_timing: id  0 | task 0 | prompt eval time =     118.96 ms /    44 tokens "
    "(    2.70 ms per token,   369.88 tokens per second)",
    "0.00.155.922 I slot print_timing: id  0 | task 0 |        eval time =       4.61 ms /    20 tokens "
    "(    0.24 ms per token,  4117.90 tokens per second)",
    "0.00.155.936 I slot print_timing: id  0 | task 0 |       total time =     123.57 ms /    64 tokens",
    "0.00.155.949 I slot print_timing: id  0 | task 0 |    graphs reused =         18",
    "0.00.156.785 I slot      release: id  0 | task 0 | stop processing: n_tokens = 63, truncated = 0",
    "0.00.032.232 I slot get_availabl: id  0 | task -1 | selected slot by LRU, t_last = -1",
    "0.00.032.265 I slot launch_slot_: id  0 | task 0 | processing task, is_child = 0",
    "0.00.092.849 W srv          stop: cancel task, id_task = 161",
    "0.00.095.406 E srv    send_error: task id = 165, error: request (4201 tokens) exceeds the available context "
    "size (512 tokens), try increasing it",
    "0.00.092.818 E failed to parse grammar",
    "0.00.669.877 I ~Server: waiting for main loop exit",
    "Traceback (most recent call last):",
    "Fatal Python error: Segmentation fault",
    "terminate called after throwing an instance of 'std::bad_alloc'",
]
DROPPED = [
    # What a prompt looks like at the most verbose level, and a reply.
    '0.01.206.693 D slot launch_slot_: id  0 | task -1 | launching slot : {"id":0,"prompt":"<|im_start|>user"}',
    "0.01.205.217 D slot process_toke: id  0 | task 0 | n_gen = 20, n_remaining = 0, next token:  2649 ' a'",
    '0.01.205.425 D Parsed message: {"role":"assistant","content":"Yes. Once a"}',
    "Hello<|im_end|>",
    "'",
    # What is quoted at every level.
    "parse: error parsing grammar: Undefined rule identifier 'secret'",
    "root ::= secret undefined",
    "WARNING: JSON schema conversion was incomplete: pattern (secret[[[ is not supported, accepting any string",
    "0.00.092.829 E srv    send_error: task id = 161, error: Failed to initialize samplers: secret",
    'got exception: {"error":{"code":500,"message":"parse error at line 1: \'my secret\'"}}',
    # What people might type.
    "print_info: general.name = my secret",
    "slot print_timing: id  0 | task 0 | my secret",
    "    raise ValueError(secret)",
    "terminate called after throwing an instance of 'my secret'",
    'File "/home/me/secret.py", line 3',
]
TURNED = {
    'ValueError: the prompt was "secret"': "ValueError (its text is left out)",
    "json.decoder.JSONDecodeError: Expecting value": None,
    "KeyError": "KeyError (its text is left out)",
    '  File "/opt/x/lib/python3.11/site-packages/llama_cpp/llama.py", line 12, in decode': (
        "  File site-packages/llama_cpp/llama.py, line 12"
    ),
    '  File "/home/me/secret folder/qwendesk/worker/child.py", line 145, in _run': (
        "  File qwendesk/worker/child.py, line 145"
    ),
    '  File "/home/me/secret.py", line 145, in _run': None,
    "/tmp/b/ggml/src/ggml.c:3105: GGML_ASSERT(secret > 0) failed": "ggml.c:3105: failed there",
    "CUDA error: out of memory of secret": "a line that says why (out_of_card_memory)",
    "llama_model_load: error loading model: tensor 'secret' data is not within the file bounds, model is "
    "corrupted or incomplete": "a line that says why (file_broken)",
}


@pytest.mark.parametrize("line", KEPT)
def test_lines_of_figures_are_kept(line: str) -> None:
    kept = harmless(line)
    assert kept is not None
    assert line.endswith(kept)


@pytest.mark.parametrize("line", DROPPED)
def test_lines_that_can_hold_words_are_not(line: str) -> None:
    assert harmless(line) is None


@pytest.mark.parametrize("line", TURNED)
def test_of_others_the_kind_is_kept(line: str) -> None:
    assert harmless(line) == TURNED[line]


@given(
    st.sampled_from([*KEPT, *DROPPED, *TURNED, ""]),
    st.text("abcdefghijklmnopqrstuvwxyz ", min_size=12).filter(lambda one: "zq" not in one),
    st.integers(0, 200),
)
def test_words_put_into_any_line_do_not_come_through(line: str, words: str, place: int) -> None:
    mark = f" zq{words}qz "
    kept = harmless(f"{line[:place]}{mark}{line[place:]}")
    assert kept is None or mark.strip() not in kept


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("0.00.006.201 W load: control-looking token", "warning"),
        ("0.00.092.818 E failed to parse grammar", "error"),
        ("0.00.092.818 I loaded, no error", "info"),
        ("llama_model_load: error loading model", "error"),
        ("UserWarning: warn", "warning"),
        ("load_tensors: CPU_Mapped model buffer size = 3.20 MiB", "info"),
    ],
)
def test_how_serious_a_line_is(line: str, found: str) -> None:
    assert level(line) == found


def texts(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records]


def test_before_text_was_sent_all_is_kept_and_then_the_rest_is_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    log = NativeLog("fancy", 7, lambda: 0.0)
    log("print_info: general.name = Seedling")
    log.text_sent()
    log("print_info: general.name = Seedling")
    log("and more")
    log("  ")
    log(KEPT[-1])
    assert texts(caplog) == [
        "print_info: general.name = Seedling",
        "(2 lines left out: they may hold text of a chat)",
        KEPT[-1],
    ]
    assert {(one.name, one.of_process) for one in caplog.records} == {("worker.fancy", 7)}  # type: ignore[attr-defined]


def test_a_flood_is_cut_off_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    now = [0.0]
    log = NativeLog("fancy", 7, lambda: now[0])
    for number in range(MOST_IN_A_SECOND + 70):
        log(f"line {number}")
    now[0] = 1.5
    log("the next second")
    log.close()
    assert len(texts(caplog)) == MOST_IN_A_SECOND + 2
    assert texts(caplog)[-2:] == ["(70 lines left out: too many at once)", "the next second"]
