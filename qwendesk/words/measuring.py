"""Sentences about texts and tasks that models are measured with, by id; see `qwendesk.words.table`."""

from __future__ import annotations

from qwendesk.api.words import N_

MEASURING: dict[str, tuple[str, str]] = {
    # Texts
    "text_unknown": (
        N_("There is no text named {name}, and no such file."),
        N_("Give the path of a text file, or one of these: {known}."),
    ),
    "text_too_large": (
        N_("{path} is too large to measure with: {size}, where at most {most} are read."),
        N_("Take a part of it: more than a few hundred thousand tokens change the figures hardly."),
    ),
    "text_no_text": (
        N_("{path} is no text file ({detail})."),
        N_("Save what it says as plain text, best in UTF-8, and give that."),
    ),
    "text_blank": (
        N_("{path} holds no text."),
        N_("Choose a longer one: two windows of 512 tokens are the least, and twenty tell much more."),
    ),
    "text_encoding_guessed": (
        N_("{path} does not tell how its letters are encoded; it was read as {encoding}."),
        N_("If that is wrong, save it as UTF-8 and measure again."),
    ),
    "text_characters_lost": (
        N_("{path} holds characters that cannot be read ({count}); models read “�” in their place."),
        N_("Save it as UTF-8 again if figures are to be compared with others'."),
    ),
    # Tasks
    "tasks_unknown": (
        N_("There is no task set named {name}, and no such file."),
        N_("Give the path of a JSONL file, or one of these: {known}."),
    ),
    "tasks_too_large": (
        N_("{path} holds too many tasks: at most {most} are asked."),
        N_("Take a part of them: a hundred tell models apart."),
    ),
    "tasks_empty": (
        N_("{path} holds no tasks."),
        N_('Write one on each line: {{"id": …, "kind": …, "prompt": …, "check": {{"type": …}}}}.'),
    ),
    "task_malformed": (
        N_("Line {line} of {path} is no task: {detail}."),
        N_("Mend that line. The page about tasks in the guide shows how they are written."),
    ),
    "task_repeated": (
        N_("Line {line} of {path} has the id “{id}” of an earlier line."),
        N_("Give each task an id of its own: answers are compared by it."),
    ),
    "task_pattern_refused": (
        N_("Line {line} of {path} has a pattern that is not used here, “{pattern}”: {detail}."),
        N_("Write it simpler, or use another check, such as one_of."),
    ),
    "task_too_long": (
        N_("The task “{task}” has {prompt_tokens} tokens, but the context holds {context}."),
        N_("Load the model with a larger context, or make that task shorter."),
    ),
    "task_pattern_slow": (
        N_("The pattern of the task “{task}” took too long on an answer, so there is no score."),
        N_("Write it without repetitions inside repetitions, or use another check, such as one_of."),
    ),
}
