from __future__ import annotations

import pytest

from qwendesk.api.problem import Problem
from qwendesk.api.sampling import ORDER, Sampling, sampler_order


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (ORDER, tuple(ORDER.split(";"))),
        ("top_k;temperature", ("top_k", "temperature")),
        (" temperature ; top_k;", ("temperature", "top_k")),
        ("top_k;top_k", ("top_k", "top_k")),
        ("", ()),
    ],
)
def test_the_order_is_as_written(text: str, names: tuple[str, ...]) -> None:
    assert sampler_order(Sampling(samplers=text)) == names


@pytest.mark.parametrize("text", ["top-k", "top_k,top_p", "Top_K", "top_k;tail_free"])
def test_an_unknown_sampler_is_named(text: str) -> None:
    with pytest.raises(Problem) as caught:
        sampler_order(Sampling(samplers=text))
    assert caught.value.id == "option_sampler"
    assert caught.value.arguments["sampler"] in text
    assert "typ_p" in str(caught.value.arguments["known"])
