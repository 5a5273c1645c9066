"""Real messages of engines and what they mean. Each stands as it was reported, its source beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwendesk.api.problem import Note
from qwendesk.runtimes.causes import cause_of
from qwendesk.runtimes.crash import Death, explain, translated
from qwendesk.words.problems import word
from qwendesk.words.table import SENTENCES

LLAMA, PYTHON, OLLAMA = "ggml-org/llama.cpp", "abetlen/llama-cpp-python", "ollama/ollama"
MESSAGES = [
    # llama.cpp as it is built into both runtimes here, a context of 64 x 1 Mi tokens
    ("out_of_memory", "ggml_aligned_malloc: insufficient memory (attempted to allocate 131072.00 MB)"),
    ("out_of_memory", "alloc_tensor_range: failed to allocate CPU buffer of size 137438953472"),
    ("out_of_memory", "ggml_backend_buft_alloc_buffer_n_default: failed to allocate CPU buffer of size 1"),
    (
        "out_of_memory",
        "llama_init_from_model: failed to initialize the context: failed to allocate buffer for kv cache",
    ),
    # llama.cpp #8101
    (
        "out_of_memory",
        "ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 137438953504",
    ),
    ("out_of_memory", "llama_kv_cache_init: failed to allocate buffer for kv cache"),
    # llama.cpp #4928
    ("out_of_memory", "terminate called after throwing an instance of 'std::bad_alloc'"),
    # llama.cpp #20431
    (
        "out_of_card_memory",
        "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 144817.04 MiB on device 0: "
        "cudaMalloc failed: out of memory",
    ),
    ("out_of_card_memory", "alloc_tensor_range: failed to allocate CUDA0 buffer of size 151851674624"),
    ("out_of_card_memory", "llama_model_load: error loading model: unable to allocate CUDA0 buffer"),
    # llama.cpp #16725
    ("out_of_card_memory", "ggml_gallocr_reserve_n: failed to allocate ROCm0 buffer of size 14822711296"),
    # ollama #3237, jan #8181
    ("out_of_card_memory", "CUDA error: out of memory"),
    ("out_of_card_memory", "0.02.396.005 E CUDA error: out of memory"),
    # llama.cpp #3199
    ("out_of_card_memory", "CUDA error 2 at /data/llama.cpp/ggml-cuda.cu:5509: out of memory"),
    # llama.cpp #15256
    ("out_of_card_memory", "ggml_vulkan: Device memory allocation of size 118497280 failed."),
    ("out_of_card_memory", "ggml_vulkan: vk::Device::allocateMemory: ErrorOutOfDeviceMemory"),
    # llama.cpp #8492
    (
        "out_of_card_memory",
        "MESA: error: ../src/intel/vulkan/anv_device.c:4237: VK_ERROR_OUT_OF_DEVICE_MEMORY",
    ),
    # llama.cpp pull 7010
    (
        "out_of_card_memory",
        "error: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)",
    ),
    # both runtimes here, a file that names an architecture nobody has
    ("too_old", "llama_model_load: error loading model: unknown model architecture: 'qzzzz'"),
    # llama-cpp-python #2008
    (
        "too_old",
        "llama_model_load: error loading model: error loading model architecture: "
        "unknown model architecture: 'qwen3moe'",
    ),
    # ollama #4529, llama.cpp #12021
    ("too_old", "error loading model: error loading model vocabulary: unknown pre-tokenizer type: 'qwen2'"),
    # llama.cpp #11975, unsloth #3124
    ("too_old", "gguf_init_from_file_impl: tensor 'blk.25.ffn_down.weight' has invalid ggml type 42 (NONE)"),
    # ollama #6228, llama.cpp pull 6885
    (
        "file_broken",
        "llama_model_load: error loading model: tensor 'blk.2.ffn_down.weight' data is not within the file "
        "bounds, model is corrupted or incomplete",
    ),
    # llama.cpp #3492, MiniCPM #250
    ("file_broken", "gguf_init_from_file: invalid magic number 67676a74"),
    ("file_broken", "gguf_init_from_file: invalid magic characters 'vers'"),
    # llama.cpp #7157
    (
        "file_broken",
        "llama_model_load: error loading model: done_getting_tensors: wrong number of tensors; "
        "expected 149, got 147",
    ),
    # both runtimes here, a file in which a tensor has another name
    (
        "file_broken",
        "llama_model_load: error loading model: check_tensor_dims: tensor 'blk.0.attn_k.weight' not found",
    ),
    # llama.cpp #3917
    ("file_broken", "error loading model: create_tensor: tensor 'token_embd.weight' not found"),
    # llama-cpp-python #839
    ("cpu_lacks", "Illegal instruction (core dumped)"),
    ("cpu_lacks", "llama-server ended with status -4"),
    # ollama #7666
    (
        "driver_unfit",
        "ggml_cuda_init: failed to initialize CUDA: CUDA driver version is insufficient for CUDA runtime version",
    ),
    # llama.cpp #17542
    (
        "driver_unfit",
        "ggml_cuda_init: failed to initialize CUDA: system has unsupported display driver / cuda driver combination",
    ),
    # llama-cpp-python #1064
    ("driver_unfit", "CUDA error: the provided PTX was compiled with an unsupported toolchain."),
    # boneylizard/llama-cpp-python-cu128-gemma3 #6, llama.cpp #4215
    ("card_unfit", "CUDA error: no kernel image is available for execution on the device"),
    ("card_unfit", "CUDA error 209: no kernel image is available for execution on the device"),
    # llama.cpp #13909
    ("card_failed", "CUDA error: an illegal memory access was encountered"),
    # ollama #9247
    (
        "card_failed",
        "Error: an error was encountered while running the model: CUDA error: unspecified launch failure",
    ),
    # llama.cpp #13248
    ("card_failed", "terminate called after throwing an instance of 'vk::DeviceLostError'"),
    # llama.cpp #8886
    (
        "card_failed",
        "error: Ignored (for causing prior/excessive GPU errors) "
        "(00000004:kIOAccelCommandBufferCallbackErrorSubmissionsIgnored)",
    ),
    # JamePeng/llama-cpp-python #52
    (
        "library_missing",
        "OSError: libcudart.so.12: cannot open shared object file: No such file or directory",
    ),
]


@pytest.mark.parametrize(("cause", "line"), MESSAGES)
def test_a_real_message_has_its_cause_and_a_sentence_with_a_next_step(cause: str, line: str) -> None:
    found = cause_of(
        ["load: something before", line, "llama_model_load_from_file_impl: failed to load model"]
    )
    assert found is not None
    assert found.id == cause
    note, _log = translated(Note("load_failed", {"path": "/m.gguf", "detail": line}), ())
    known = {"file_broken": "engine_file_damaged"}
    assert note.id.startswith(known.get(cause, f"engine_{cause}"))
    said = word(note)
    assert said.what
    assert said.next
    assert "{" not in str(said).replace(line, "")


@pytest.mark.parametrize("cause", sorted({cause for cause, _line in MESSAGES}))
def test_every_cause_has_a_sentence(cause: str) -> None:
    assert f"engine_{cause}" in SENTENCES


@pytest.mark.parametrize(
    "line",
    [
        # llama.cpp, as both runtimes here print it while all is well
        "load: control-looking token:   3066 '<|repo_name|>' was not control-type",
        "sched_reserve:        CPU compute buffer size =     7.00 MiB",
        "llama_model_loader: - kv  25:  tokenizer.ggml.eos_token_id u32 = 3048",
        "llama_kv_cache: size =  256.00 MiB (  2048 cells,   4 layers, 64/64 seqs), K (f16):  128.00 MiB",
        "GGML_ASSERT(sect_dims <= ne0) failed",
        "",
    ],
)
def test_other_lines_have_no_cause(line: str) -> None:
    assert cause_of([line]) is None


def test_memory_that_could_not_be_locked_explains_nothing() -> None:
    """llama.cpp warns of it and works; what happens later has another reason."""
    line = "warning: failed to mlock 1073741824-byte buffer (after previously locking 0 bytes): Cannot allocate memory"
    assert cause_of([line]) is None


def test_the_last_telling_line_counts() -> None:
    """The card could not be used, so the processor was, and there memory ran out."""
    log = [
        "ggml_cuda_init: failed to initialize CUDA: CUDA driver version is insufficient for CUDA runtime version",
        "ggml_aligned_malloc: insufficient memory (attempted to allocate 131072.00 MB)",
    ]
    found = cause_of(log)
    assert found is not None
    assert found.id == "out_of_memory"


def test_what_is_said_of_any_failure_gives_way_to_its_reason() -> None:
    log = [
        "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 9866.00 MiB on device 1: cudaMalloc failed: out of memory",
        "graph_reserve: failed to allocate compute buffers",
        "llama_init_from_model: failed to initialize the context: failed to allocate compute pp buffers",
    ]
    found = cause_of(log)
    assert found is not None
    assert found.id == "out_of_card_memory"


@pytest.mark.parametrize(
    ("code", "log", "id"),
    [
        (-9, (), "worker_killed"),
        # What was printed earlier is not why the system killed it.
        (-9, ("CUDA error: out of memory",), "worker_killed"),
        (-4, (), "engine_cpu_lacks"),
        (0xC000001D, (), "engine_cpu_lacks"),
        (0xC0000017, (), "engine_out_of_memory"),
        (
            -6,
            ("CUDA error: out of memory", 'GGML_ASSERT: ggml-cuda.cu:256: !"CUDA error"'),
            "engine_out_of_card_memory",
        ),
        (-6, ("GGML_ASSERT(sect_dims <= ne0) failed",), "worker_aborted"),
        (-11, (), "worker_crashed"),
        (3, ("last words",), "worker_ended"),
    ],
)
def test_an_end_is_explained_by_its_code_and_its_log(code: int, log: tuple[str, ...], id: str) -> None:
    assert explain(Death(code, "loading", 1, 2, log)).id == id


def test_a_version_that_has_the_architecture_is_named() -> None:
    note, _log = translated(
        Note("load_failed", {"path": "/m.gguf", "detail": "unknown model architecture: 'qwen3next'"}), ()
    )
    assert "7186" in word(note).next


def test_what_nobody_knows_stays_as_it_is_with_its_last_lines() -> None:
    problem = Note("engine_failed", {"detail": "llama_decode returned 1"})
    assert translated(problem, ("one", "two")) == (problem, ("one", "two"))
    other = Note("prompt_too_long", {"prompt_tokens": 3, "context": 2})
    assert translated(other, ("CUDA error: out of memory",)) == (other, ())


@given(st.lists(st.text(max_size=300), max_size=80))
def test_any_log_can_be_read(lines: list[str]) -> None:
    found = cause_of(lines)
    assert found is None or len(found.line) <= 300
