"""Whether all runtimes say the same: Seedling's examination, greedy, each request alone and fresh.

Every difference is listed with the place of the first differing token. Prints one table.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

sys.path[:0] = [
    str(Path(__file__).parent),
    *(str(Path(__file__).parents[1] / one) for one in ("plugins", "resources/seedling")),
]

from recipe.exam import questions

from qwendesk.api.engine import Engine, EngineRequest, ModelFiles, Token
from qwendesk.api.sampling import Sampling
from qwendesk.system.paths import resources
from report import publish
from whole import need

GREEDY = Sampling(temperature=0.0)
LONGEST = 600


FILES = {"Q8_0": "seedling-q8_0.gguf", "F16": "seedling-f16.gguf"}
FOLDER = "hf"
"""The weights of F16 as safetensors, computed in float32."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--per-skill", type=int, default=200)
    parser.add_argument("--json", type=Path, default=Path("build/bench/agreement.json"))
    wanted = parser.parse_args()
    need("llamacpp", "llamaserver")
    prompts = [one.prompt for one in questions(wanted.per_skill)]
    rows, different = [], {}
    for form in FILES:
        for name, found in differences(form, prompts).items():
            rows.append((f"{form}, llamacpp and {name}: prompts", float(len(prompts)), "", ""))
            rows.append((f"{form}, llamacpp and {name}: other text", float(len(found)), "", "0, or listed"))
            different[f"{form} {name}"] = found
    publish(wanted.json, rows, per_skill=wanted.per_skill, different=different)


def differences(form: str, prompts: Sequence[str]) -> dict[str, list[dict[str, object]]]:
    """By runtime, the prompts that it answers otherwise than llama.cpp itself, printed and returned."""
    with engines(form) as loaded:
        first, *others = loaded
        said = {prompt: answer(loaded[first], prompt) for prompt in prompts}
        return {name: _different(form, loaded[first], name, loaded[name], said) for name in others}


def _different(
    form: str, first: Engine, name: str, other: Engine, said: dict[str, list[int]]
) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for prompt, expected in said.items():
        told = answer(other, prompt)
        if told == expected:
            continue
        pairs = enumerate(itertools.zip_longest(expected, told))
        place = next(at for at, pair in pairs if pair[0] != pair[1])
        one, two = (first.detokenize(ids).decode("utf-8", "replace") for ids in (expected, told))
        found.append({"prompt": prompt, "token": place, "llamacpp": one, name: two})
        print(f"{form}, {name}, token {place}: {one!r} / {two!r}")
    return found


@contextmanager
def engines(form: str) -> Iterator[dict[str, Engine]]:
    """Every engine that has this form, in this process, with one thread and one sequence each."""
    made = dict(_made(form))
    try:
        yield made
    finally:
        for engine in made.values():
            engine.close()


def _made(form: str) -> Iterator[tuple[str, Engine]]:
    from qwendesk_llamacpp.engine import LlamaCppEngine
    from qwendesk_llamacpp.options import LlamaCppOptions
    from qwendesk_llamaserver.engine import LlamaServerEngine
    from qwendesk_llamaserver.options import LlamaServerOptions

    folder = resources() / "seedling"
    sizes = {"context": 2048, "slots": 1, "threads": 1}
    kinds: list[tuple[str, Engine, object]] = [
        ("llamacpp", LlamaCppEngine(), LlamaCppOptions(**sizes, prompt_cache=0)),
        ("llamaserver", LlamaServerEngine(), LlamaServerOptions(**sizes, prompt_cache=0)),
    ]
    for name, engine, options in kinds:
        engine.load(ModelFiles(str(folder / FILES[form]), "gguf"), options, lambda _: None)
        yield name, engine
    if form == "F16" and find_spec("torch") is not None:
        from qwendesk_transformers.engine import TransformersEngine
        from qwendesk_transformers.options import TransformersOptions

        third = TransformersEngine()
        files = ModelFiles(str(folder / FOLDER), "safetensors")
        third.load(files, TransformersOptions(**sizes), lambda _: None)
        yield "transformers", third


def answer(engine: Engine, prompt: str) -> list[int]:
    """The tokens of the reply."""
    tokens = tuple(engine.tokenize(prompt, special=True))
    events = engine.generate(EngineRequest(tokens, GREEDY, LONGEST, fresh=True), threading.Event())
    return [one.id for one in events if isinstance(one, Token)]


if __name__ == "__main__":
    main()
