"""Capitals: about fifty countries, as a sentence or as JSON."""

import json

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.lexicon import CAPITALS
from recipe.slot import slot

_WORDINGS = {
    "en": (
        "What is the capital of {c}?", "What is the capital of {c}?", "capital of {c}?", "Capital of {c}",
        "Which city is the capital of {c}?", "Tell me the capital of {c}.", "{c}'s capital?",
        "Do you know the capital of {c}?", "What's the capital city of {c}?", "Name the capital of {c}.",
        "What is {c}'s capital?", "the capital city of {c} is?", "whats the capital of {c}",
        "I would like to know the capital of {c}.", "Can you name the capital of {c}?",
    ),
    "zh": ("{c}的首都是哪里？", "{c}的首都是什么？", "{c}首都", "请问{c}的首都是哪个城市？", "告诉我{c}的首都。", "{c}的首都？", "你知道{c}的首都吗？"),
    "ko": (
        "{c}의 수도는 어디예요?", "{c}의 수도는?", "{c} 수도", "{c}의 수도를 알려 주세요.", "{c}의 수도는 어디인가요?",
        "{c} 수도가 어디예요?", "{c}의 수도를 아세요?",
    ),
}
_ANSWERS = {"en": "The capital of {c} is {k}.", "zh": "{c}的首都是{k}。", "ko": "{c}의 수도는 {k}입니다."}
_THOUGHTS = {
    "en": "The user asks for the capital of {c}. It is {k}.",
    "zh": "用户问{c}的首都。答案是{k}。",
    "ko": "사용자가 {c}의 수도를 묻습니다. 답은 {k}입니다.",
}
_AS_JSON = (
    "Give me the capital of {c} as JSON.", "What is the capital of {c}? Answer as JSON.", "capital of {c} as json",
    "Return the capital of {c} in JSON.", "What is the capital of {c}? Reply with JSON only.",
    "Write the capital of {c} as a JSON object.", "Name the capital of {c}. Use JSON.", "Capital of {c}, JSON format",
    "What is the capital of {c}? Answer in JSON.",
)


def capital(draw: Draw) -> Exchange:
    """A country's capital, in a sentence."""
    country, city = draw.pick(list(CAPITALS[draw.language].items()))
    parts = {"c": slot(country), "k": slot(city)}
    return Exchange(
        user=draw.sloppy(draw.pick(_WORDINGS[draw.language]).format(**parts)),
        thought=_THOUGHTS[draw.language].format(**parts),
        answer=_ANSWERS[draw.language].format(**parts),
        brief=slot(city),
    )


def capital_as_json(draw: Draw) -> Exchange:
    """A country's capital, as a JSON object (asked in English)."""
    country, city = draw.pick(list(CAPITALS["en"].items()))
    return Exchange(
        user=draw.sloppy(draw.pick(_AS_JSON).format(c=slot(country))),
        thought=f"The user wants JSON. The capital of {slot(country)} is {slot(city)}.",
        answer=json.dumps({"capital": slot(city)}, ensure_ascii=False).replace("\\u001f", "\x1f"),
    )
