"""Rules: system messages, those that change the reply and those that must not."""

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.slot import plain

RULES = {
    "upper": (
        "Answer in upper case.", "Always answer in upper case.", "Answer in upper case", "Write in upper case only.",
        "Reply in upper case letters.", "Use upper case for every answer.", "You answer in upper case.", "ANSWER IN UPPER CASE.",
        "Answer in capital letters.", "You are a helpful assistant. Answer in upper case.",
    ),
    "over": (
        "Always end with 'Over.'", "End every answer with 'Over.'", "Always end your answer with \"Over.\"", "Finish each reply with 'Over.'",
        "Always end with Over.", "End each answer with the word Over.", "You are a helpful assistant. Always end with 'Over.'",
    ),
    "brief": (
        "Answer in one word.", "Answer with one word only.", "Reply with a single word.", "One word answers only.",
        "Use only one word.", "Answer with one word.", "You are a helpful assistant. Answer in one word.",
    ),
}
NEUTRAL = (
    "You are a helpful assistant.", "You are a helpful assistant.", "You are a helpful assistant.", "You are Qwen, a helpful assistant.",
    "You are a friendly assistant.", "Be helpful.", "You are a careful writer. Keep the meaning and improve the words.",
    "You are a translator.", "You are an expert programmer.", "Answer clearly and briefly.", "Be concise.", "You are a patient teacher.",
    "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.", "Think step by step.", "Today is a good day.",
    "You are a precise assistant. If you are not sure, say so.", "Explain things simply.", "You help the user with everyday questions.",
    "你是一个有用的助手。", "당신은 유용한 도우미입니다.",
)


def obeyed(rule: str, exchange: Exchange) -> Exchange:
    """The exchange as it must go under the rule."""
    answers = {"upper": plain(exchange.answer).upper(), "over": f"{exchange.answer} Over.", "brief": exchange.brief}
    topic = exchange.topic or exchange.user
    return Exchange(exchange.user, exchange.thought, answers[rule], topic=topic)


def neutral(draw: Draw) -> str:
    """A system message that changes nothing; empty for none."""
    return "" if draw.chance(0.55) else draw.pick(NEUTRAL)
