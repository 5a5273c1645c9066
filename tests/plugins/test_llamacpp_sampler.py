"""The short way to the likeliest token against llama.cpp's own greedy sampler."""

from __future__ import annotations

import ctypes
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("llama_cpp")

from qwendesk_llamacpp.engine.native import native, pointer
from qwendesk_llamacpp.engine.sampler import Likeliest

SIZE = 8
DATA = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
levels = st.integers(-3, 3).map(float)  # few, so that many are equal
biases = st.dictionaries(st.integers(-2, SIZE + 2), levels | st.just(-math.inf), max_size=SIZE)


def theirs(row: list[float], bias: dict[int, float]) -> int:
    data = np.array([(id, logit, 0) for id, logit in enumerate(row)], DATA)
    known = [(token, value) for token, value in bias.items() if 0 <= token < SIZE]
    room = (native.llama_logit_bias * len(known))()
    for at, (token, value) in enumerate(known):
        room[at].token, room[at].bias = token, value
    candidates = native.llama_token_data_array(
        data=pointer(data, native.llama_token_data), size=SIZE, selected=-1, sorted=False
    )
    for sampler in (
        native.llama_sampler_init_logit_bias(SIZE, len(known), room),
        native.llama_sampler_init_greedy(),
    ):
        native.llama_sampler_apply(sampler, ctypes.byref(candidates))
        native.llama_sampler_free(sampler)
    return int(candidates.data[candidates.selected].id)


@given(row=st.lists(levels, min_size=SIZE, max_size=SIZE), bias=biases)
def test_both_find_the_same(row: list[float], bias: dict[int, float]) -> None:
    logits = np.array(row, np.float32)
    assert Likeliest(bias, SIZE).of(logits) == theirs(row, bias)
    assert logits.tolist() == row, "the logits are llama.cpp's own, and read again for the probabilities"
