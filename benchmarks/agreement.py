"""Whether both llama.cpp runtimes say the same: Seedling's examination, greedy, each request alone and fresh.

Every difference is listed with the place of the first differing token. Prints one table.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--per-skill", type=int, default=200)
    parser.add_argument("--json", type=Path, default=Path("build/bench/agreement.json"))
    wanted = parser.parse_args()
    need("llamacpp", "llamaserver")
    prompts = [one.prompt for one in questions(wanted.per_skill)]
    rows, different = [], {}
    for file in ("seedling-q8_0.gguf", "seedling-f16.gguf"):
        found = differences(resources() / "seedling" / file, prompts)
        rows.append((f"{file}: prompts", float(len(prompts)), "", ""))
        rows.append((f"{file}: other text", float(len(found)), "", "0, or listed"))
        different[file] = found
    publish(wanted.json, rows, per_skill=wanted.per_skill, different=different)


def differences(file: Path, prompts: Sequence[str]) -> list[dict[str, object]]:
    """The prompts that the two answer differently, printed and returned."""
    found: list[dict[str, object]] = []
    with both(file) as (one, other):
        for prompt in prompts:
            first, second = (answer(engine, prompt) for engine in (one, other))
            if first != second:
                place = next(
                    at for at, pair in enumerate(itertools.zip_longest(first, second)) if pair[0] != pair[1]
                )
                texts = [
                    engine.detokenize(ids).decode("utf-8", "replace")
                    for engine, ids in ((one, first), (other, second))
                ]
                found.append(
                    {"prompt": prompt, "token": place, "llamacpp": texts[0], "llamaserver": texts[1]}
                )
                print(f"{file.name}, token {place}: {texts[0]!r} / {texts[1]!r}")
    return found


@contextmanager
def both(file: Path) -> Iterator[tuple[Engine, Engine]]:
    """The two engines in this process, with one thread and one sequence each."""
    from qwendesk_llamacpp.engine import LlamaCppEngine
    from qwendesk_llamacpp.options import LlamaCppOptions
    from qwendesk_llamaserver.engine import LlamaServerEngine
    from qwendesk_llamaserver.options import LlamaServerOptions

    sizes = {"context": 2048, "slots": 1, "threads": 1, "prompt_cache": 0}
    engines: tuple[Engine, Engine] = (LlamaCppEngine(), LlamaServerEngine())
    try:
        for engine, options in zip(engines, (LlamaCppOptions, LlamaServerOptions), strict=True):
            engine.load(ModelFiles(str(file), "gguf"), options(**sizes), lambda _: None)
        yield engines
    finally:
        for engine in engines:
            engine.close()


def answer(engine: Engine, prompt: str) -> list[int]:
    """The tokens of the reply."""
    tokens = tuple(engine.tokenize(prompt, special=True))
    events = engine.generate(EngineRequest(tokens, GREEDY, LONGEST, fresh=True), threading.Event())
    return [one.id for one in events if isinstance(one, Token)]


if __name__ == "__main__":
    main()
