"""Progress check: the share of unseen replies that greedy decoding would get right, by skill."""

from tokenizers import Tokenizer
from transformers import Qwen3ForCausalLM

from recipe.batching import batches
from recipe.conversation import SKILLS, conversation
from recipe.draw import Draw
from recipe.lesson_plan import Example
from recipe.model import all_right
from recipe.rendering import render
from recipe.slot import plain


class ProgressCheck:
    """Held-out prompts of every skill, checked by teacher forcing: the whole reply right or not."""

    def __init__(self, tokenizer: Tokenizer, per_skill: int) -> None:
        self._examples = {
            skill: [_example(tokenizer, skill, index) for index in range(per_skill)] for skill in SKILLS
        }

    def table(self, model: Qwen3ForCausalLM) -> str:
        shares = {}
        for skill, examples in self._examples.items():
            right = [
                row for ids, learned in batches(examples, 4096) for row in all_right(model, ids, learned)
            ]
            shares[skill] = round(100 * sum(right) / len(right))
        return "  ".join(f"{skill} {share}" for skill, share in shares.items())


def _example(tokenizer: Tokenizer, skill: str, index: int) -> Example:
    prompt, reply = render(conversation(Draw(f"check {skill} {index}"), skill, held_out=True))
    given, learned = tokenizer.encode(plain(prompt)).ids, tokenizer.encode(plain(reply)).ids
    return Example(given + learned, [False] * len(given) + [True] * len(learned))
