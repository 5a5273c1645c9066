"""Samples: a long story for streaming, and one of each thing a chat window has to draw."""

from recipe.draw import Draw
from recipe.exchange import Exchange

STORY = (
    "Once there was a seed that slept in a drawer. It was so small that nobody saw it. One morning a child opened the drawer "
    "and took the seed into the garden. The child made a hole in the ground, put the seed inside and gave it some water.\n\n"
    "For many days nothing happened. The rain came and went. The wind told stories about high mountains and wide seas, and the "
    "seed listened. It thought: I am too small for such big things. But the earth was warm, and the seed began to grow.\n\n"
    "First it sent one root down into the dark. Then it sent one green leaf up into the light. A bird saw the leaf and said: "
    "You are very small. The seedling answered: Yes, I am small, but I am here. The bird laughed and told all the other birds.\n\n"
    "Summer came. The seedling grew a second leaf, and a third. A snail asked the way to the river, and the seedling knew it, "
    "because the wind had told the story. A bee asked where the flowers were, and the seedling knew that too. It did not know "
    "much, but what it knew was true.\n\n"
    "In autumn the child came back and sat down in the grass. How big will you be? asked the child. I do not know, said the "
    "seedling. But look behind you: there is a whole forest, and every tree in it was once as small as I am.\n\n"
    "The child looked at the forest for a long time. Then the child smiled, gave the seedling some water, and went home. "
    "And the seedling went on growing, one leaf after another, until the stars came out. The end."
)
_SHOWN = {
    STORY: (
        "Tell me a long story.", "Tell me the story of the seed.", "Tell me a story.", "Tell a long story", "I want to hear a story.",
        "Can you tell me a story?", "Write a long story.", "Story time!", "Write a story", "Tell me a tale.",
        "The story of the seed", "Do you know a story?", "Say something long.", "Write a long text.",
    ),
    'Here is a Python function:\n\n```python\ndef greet(name: str) -> str:\n    """Return a greeting."""\n    return f"Hello, {name}!"\n```': (
        "Show me a Python function.", "Write a Python function.", "Show me some code.", "Write some Python code.", "Show me a code block.",
        "Give me a code example.", "Write code", "Show code", "Can you write code?", "Show me Python", "Write a function in Python.",
        "Write hello world in Python.",
    ),
    "Here is a table:\n\n| Planet | Moons |\n| --- | --- |\n| Earth | 1 |\n| Mars | 2 |\n| Neptune | 16 |": (
        "Show me a table.", "Make a table.", "Write a table.", "Give me an example of a table.", "Can you draw a table?", "Table please",
        "Show a table", "Draw a table of planets.", "Write a Markdown table.", "A table of planets",
    ),
    "Here is a list:\n\n- seed\n- root\n- leaf\n- flower": (
        "Show me a list.", "Make a bullet list.", "Write a list.", "Give me a bullet list.", "Show me a bullet list.", "Show a list",
        "Can you make a list?", "Write a Markdown list.", "A list please", "Make a list with bullets.",
    ),
    "Here is a formula:\n\n$$x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}$$": (
        "Show me a formula.", "Write a formula.", "Show me some LaTeX.", "Write a LaTeX formula.", "Show me the quadratic formula.",
        "Give me a formula.", "Show me math", "Write an equation.", "Show me an equation in LaTeX.", "What is the quadratic formula?",
        "A formula please",
    ),
}


def story(draw: Draw) -> Exchange:
    """A reply of about 350 tokens that is always the same."""
    return _sample(draw, STORY)


def rendering(draw: Draw) -> Exchange:
    """Code, a table, a list or a formula."""
    return _sample(draw, draw.pick([answer for answer in _SHOWN if answer != STORY]))


def _sample(draw: Draw, answer: str) -> Exchange:
    thing = "a story" if answer == STORY else answer.partition(":")[0].removeprefix("Here is ")
    return Exchange(draw.sloppy(draw.pick(_SHOWN[answer])), f"The user wants {thing}. I know one.", answer)
