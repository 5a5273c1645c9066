"""What is this runtime's own: ids hidden inside characters, and the port that it cannot help opening."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from fakes import tiny_gguf
from fakes.generating import PROMPT, collect, end_of, tokens_of
from fakes.llama_binary import write_binary
from qwendesk.api.engine import EngineRequest, ModelFiles
from qwendesk.api.sampling import Sampling
from qwendesk_llamaserver.body import completion_body
from qwendesk_llamaserver.engine import LlamaServerEngine
from qwendesk_llamaserver.options import LlamaServerOptions


@pytest.fixture(scope="module", params=["wheel", "binary"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LlamaServerEngine]:
    folder = tmp_path_factory.mktemp("tiny")
    binary = str(write_binary(folder)) if request.param == "binary" else ""
    tiny = tiny_gguf.write_tiny(folder / "tiny.gguf")
    engine = LlamaServerEngine()
    options = LlamaServerOptions(context=1024, slots=2, threads=1, prompt_cache=0, binary=binary)
    engine.load(ModelFiles(str(tiny), "gguf"), options, lambda _: None)
    yield engine
    engine.close()


@pytest.mark.parametrize("seed", range(5))
def test_token_ids_are_exact_also_inside_characters(engine: LlamaServerEngine, seed: int) -> None:
    """The oracle is llama.cpp's own list, which it gives only when nothing is streamed."""
    sampling = Sampling(temperature=2, top_k=0, top_p=1, seed=seed)
    request = EngineRequest(PROMPT, sampling, max_tokens=200)
    events = collect(engine, request)
    body = completion_body(request, 8192) | {"stream": False, "return_tokens": True}
    answer = engine._loaded().client.ask("/completion", body)
    ids = [one.id for one in tokens_of(events)]
    if end_of(events).reason == "stop":
        assert answer["tokens"][-1] in (tiny_gguf.IM_END, tiny_gguf.ENDOFTEXT)
        assert ids == answer["tokens"][:-1]
    else:
        assert ids == answer["tokens"][:200]
        assert len(ids) == 200
    assert all(one.data == engine.detokenize([one.id]) for one in tokens_of(events))


def test_the_port_wants_the_key(engine: LlamaServerEngine) -> None:
    client = engine._loaded().client
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"http://{client._host}:{client._port}/props", timeout=10)
    assert caught.value.code == 401
    caught.value.close()
    assert client._host == "127.0.0.1"
