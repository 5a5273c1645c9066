"""Train Seedling from nothing, or go on from the last checkpoint.

    python -m recipe.train --minutes 80 --work /some/folder

The work folder receives the tokenizer, the newest checkpoint and the one from just before the learning
rate falls: copy that one over the newest and give more minutes to prolong a finished training.
"""

import argparse
import random
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer

from recipe import checkpoint, optimizers, schedule
from recipe.batching import Batch, batches
from recipe.lesson_plan import shard
from recipe.model import loss_of, new_model
from recipe.progress_check import ProgressCheck
from recipe.tokenizer_file import load_tokenizer

STEP_TOKENS = 2048
SHARD_CHATS = 2000
CHECK_SECONDS = 300
SAVE_SECONDS = 60


class Training:
    """One run: a model, its optimizers, and the clock that both obey."""

    def __init__(self, work: Path, minutes: float) -> None:
        self._work = work
        self._total = minutes * 60
        self._tokenizer: Tokenizer = load_tokenizer(work / "tokenizer.json")
        torch.manual_seed(0)
        self._model = new_model(self._tokenizer)
        self._optimizers = optimizers.optimizers(self._model)
        self._parts = {"model": self._model, "matrices": self._optimizers[0], "vectors": self._optimizers[1]}
        self._progress = checkpoint.load(work / "latest.pt", self._parts)
        self._check = ProgressCheck(self._tokenizer, per_skill=40)
        self._before = self._progress.elapsed
        self._started = self._saved = self._checked = time.monotonic()

    def run(self) -> None:
        """Shard after shard until the time is up."""
        while self._progress.elapsed < self._total:
            examples = shard(self._tokenizer, self._progress.shard, SHARD_CHATS)
            mixed = batches(examples, STEP_TOKENS)
            random.Random(self._progress.shard).shuffle(mixed)
            self._learn(mixed)
            self._progress.shard += 1
        self._report()
        self._save("latest.pt")

    def _learn(self, mixed: list[Batch]) -> None:
        losses: list[float] = []
        for batch in mixed:
            if self._progress.elapsed >= self._total:
                return
            losses.append(self._step(batch))
            self._keep_house()
        mean = sum(losses) / len(losses)
        speed = self._progress.tokens / max(1.0, self._progress.elapsed)
        print(f"{self._progress} loss {mean:.4f} tokens/s {speed:.0f}", flush=True)

    def _step(self, batch: Batch) -> float:
        optimizers.set_rate(self._optimizers, schedule.rate(self._progress.elapsed, self._total))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = loss_of(self._model, *batch)
        loss.backward()
        optimizers.step(self._optimizers, self._model)
        self._progress.step += 1
        self._progress.tokens += batch[0].numel()
        return loss.item()

    def _keep_house(self) -> None:
        """The clock, the checkpoints and the check."""
        now = time.monotonic()
        was_steady = not schedule.decaying(self._progress.elapsed, self._total)
        self._progress.elapsed = self._before + now - self._started
        if was_steady and schedule.decaying(self._progress.elapsed, self._total):
            self._save("before-decay.pt")
        if now - self._saved > SAVE_SECONDS:
            self._saved = now
            self._save("latest.pt")
        if now - self._checked > CHECK_SECONDS:
            self._checked = now
            self._report()

    def _save(self, name: str) -> None:
        checkpoint.save(self._work / name, self._progress, self._parts)

    def _report(self) -> None:
        self._model.eval()
        print(f"check at {self._progress.elapsed / 60:.1f} min: {self._check.table(self._model)}", flush=True)
        self._model.train()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=80, help="training time over all runs")
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for the tokenizer and the checkpoints"
    )
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    Training(arguments.work, arguments.minutes).run()


if __name__ == "__main__":
    main()
