"""Two thousand requests to one worker: its memory is flat.

Short and long prompts, with and without a schema, drafts, probabilities, cancelled ones and ones that
fail: everything a request can leave behind. Prints the worker's memory (PSS) at the end over that
behind the first tenth.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from qwendesk.api.messages import Message, Thinking
from qwendesk.api.problem import Problem
from qwendesk.api.reply import ReplyRequest
from qwendesk.api.sampling import Sampling
from qwendesk.app import App
from qwendesk.runtimes import memory
from qwendesk.runtimes.session import Session
from qwendesk.system.paths import Paths
from report import publish

QUESTIONS = (
    "What is 23 + 45?",
    "Tell me a story",
    "What is the capital of France?",
    "Repeat: red green blue",
)
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}


def request(chance: random.Random) -> ReplyRequest:
    """Any request."""
    text = chance.choice(QUESTIONS) + " word" * chance.choice((0, 0, 0, 50, 400))
    sampling = Sampling(
        temperature=chance.choice((0.0, 1.0)),
        repeat_penalty=chance.choice((1.0, 1.1)),
        max_tokens=chance.choice((1, 8, 40)),
    )
    return ReplyRequest(
        (Message("user", text),),
        sampling,
        Thinking(on=chance.choice((True, False)), budget=chance.choice((None, 4))),
        json_schema=chance.choice((None, None, None, SCHEMA)),
        top_logprobs=chance.choice((0, 0, 5)),
    )


def once(session: Session, chance: random.Random) -> None:
    """Up to four at once, one of them cancelled now and then, one too long now and then."""
    replies = [session.reply(request(chance), lambda _: None) for _ in range(chance.randint(1, 4))]
    if chance.random() < 0.2:
        replies[0].cancel()
    if chance.random() < 0.05:
        replies.append(session.reply(ReplyRequest((Message("user", "word " * 3000),)), lambda _: None))
    for reply in replies:
        with suppress(Problem):
            reply.wait(120)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--runtime", default="llamacpp")
    parser.add_argument("--json", type=Path, default=Path("build/bench/requests.json"))
    wanted = parser.parse_args()
    chance = random.Random(1)
    measured = []
    with tempfile.TemporaryDirectory() as home, App(Paths(Path(home))) as app:
        options = {"draft": "ngram"} if wanted.runtime == "llamacpp" else {}
        session = app.runtimes.open(app.library.find("seedling"), wanted.runtime, options)
        session.wait_ready(60)
        for number in range(wanted.requests):
            once(session, chance)
            if (number + 1) % (wanted.requests // 10) == 0:
                measured.append(memory.used_bytes(session.pid) or 0)
    rows = [
        ("The worker's memory in the end", measured[-1] / 1e6, "MB PSS", ""),
        ("The same over that after a tenth", measured[-1] / measured[0], "×", "≤ 1.1"),
    ]
    publish(wanted.json, rows, requests=wanted.requests, runtime=wanted.runtime, measured=measured)


if __name__ == "__main__":
    main()
