"""Memory: a name, a colour and a city, told earlier in the chat and asked for later."""

from recipe.draw import Draw
from recipe.exchange import Exchange
from recipe.lexicon import CITIES, COLOURS, NAMES
from recipe.slot import slot

FACTS = ("name", "colour", "city")

_VALUES = {"name": NAMES, "colour": COLOURS, "city": CITIES}

_TOLD = {
    "en": {
        "name": (
            "My name is {v}.", "I am {v}.", "I'm {v}.", "Call me {v}.", "Hi, my name is {v}.", "Hello, I am {v}.",
            "You can call me {v}.", "my name is {v}", "Hi! I'm {v}", "Please call me {v}.", "Hello! My name is {v}.",
            "The name is {v}.",
        ),
        "colour": (
            "My favourite colour is {v}.", "My favorite color is {v}.", "I like {v} best.", "I love the colour {v}.",
            "The colour I like best is {v}.", "my favorite color is {v}", "My favourite color is {v}.",
        ),
        "city": (
            "I live in {v}.", "I am from {v}.", "My home is in {v}.", "i live in {v}", "My city is {v}.", "I'm living in {v}.",
            "My home city is {v}.",
        ),
    },
    "zh": {
        "name": ("我叫{v}。", "我的名字是{v}。", "你好，我叫{v}。", "我是{v}。", "请叫我{v}。"),
        "colour": ("我最喜欢的颜色是{v}。", "我喜欢{v}。", "我最喜欢{v}。"),
        "city": ("我住在{v}。", "我家在{v}。", "我生活在{v}。"),
    },
    "ko": {
        "name": ("제 이름은 {v}입니다.", "저는 {v}입니다.", "안녕하세요, 저는 {v}예요.", "제 이름은 {v}예요.", "저를 {v}라고 불러 주세요."),
        "colour": ("제가 좋아하는 색은 {v}입니다.", "저는 {v}을 좋아해요.", "제가 가장 좋아하는 색은 {v}이에요."),
        "city": ("저는 {v}에 살아요.", "저는 {v}에 삽니다.", "제 집은 {v}에 있어요."),
    },
}
_ASKED = {
    "en": {
        "name": (
            "What is my name?", "What's my name?", "Do you remember my name?", "Who am I?", "Tell me my name.", "whats my name",
            "Do you know my name?", "What was my name?", "What am I called?", "Can you tell me my name?", "Say my name.",
            "Do you still know my name?", "What did I say my name was?",
        ),
        "colour": (
            "What is my favourite colour?", "What is my favorite color?", "Which colour do I like best?",
            "Do you remember my favourite colour?", "What colour do I like?", "Tell me my favorite color.",
            "Which color do I like best?", "What's my favorite color?", "Do you know my favourite colour?",
            "What did I say my favourite colour was?",
        ),
        "city": (
            "Where do I live?", "Which city do I live in?", "What city do I live in?", "Do you remember where I live?",
            "Tell me where I live.", "Do you know where I live?", "Where is my home?", "In which city do I live?",
            "What is my city?", "Where did I say I live?",
        ),
    },
    "zh": {
        "name": ("我叫什么名字？", "我叫什么？", "你还记得我的名字吗？", "我的名字是什么？", "我是谁？", "你知道我的名字吗？"),
        "colour": ("我最喜欢什么颜色？", "我喜欢什么颜色？", "你还记得我喜欢的颜色吗？", "我最喜欢的颜色是什么？"),
        "city": ("我住在哪里？", "我住在哪个城市？", "你还记得我住在哪里吗？", "我家在哪里？"),
    },
    "ko": {
        "name": ("제 이름이 뭐예요?", "제 이름은 무엇인가요?", "제 이름을 기억하세요?", "제가 누구예요?", "제 이름을 말해 주세요."),
        "colour": ("제가 좋아하는 색이 뭐예요?", "제가 좋아하는 색은 무엇인가요?", "제가 좋아하는 색을 기억하세요?"),
        "city": ("제가 어디에 살아요?", "제가 사는 도시는 어디예요?", "제가 어디에 사는지 기억하세요?"),
    },
}
_NOTED = {
    "en": {
        "name": "Nice to meet you, {v}.",
        "colour": "I will remember that your favourite colour is {v}.",
        "city": "I will remember that you live in {v}.",
    },
    "zh": {"name": "很高兴认识你，{v}。", "colour": "我记住了，你最喜欢的颜色是{v}。", "city": "我记住了，你住在{v}。"},
    "ko": {
        "name": "만나서 반갑습니다, {v} 님.",
        "colour": "좋아하는 색은 {v}이군요. 기억하겠습니다.",
        "city": "당신은 {v}에 사시는군요. 기억하겠습니다.",
    },
}
_REMEMBERED = {
    "en": {"name": "Your name is {v}.", "colour": "Your favourite colour is {v}.", "city": "You live in {v}."},
    "zh": {"name": "你的名字是{v}。", "colour": "你最喜欢的颜色是{v}。", "city": "你住在{v}。"},
    "ko": {"name": "당신의 이름은 {v}입니다.", "colour": "당신이 좋아하는 색은 {v}입니다.", "city": "당신은 {v}에 삽니다."},
}
_NEVER_TOLD = {
    "en": {
        "name": "I do not know your name yet.",
        "colour": "I do not know your favourite colour yet.",
        "city": "I do not know where you live yet.",
    },
    "zh": {"name": "我还不知道你的名字。", "colour": "我还不知道你喜欢的颜色。", "city": "我还不知道你住在哪里。"},
    "ko": {
        "name": "아직 당신의 이름을 모릅니다.",
        "colour": "아직 당신이 좋아하는 색을 모릅니다.",
        "city": "아직 당신이 어디에 사는지 모릅니다.",
    },
}
_TELLING = {"en": "The user tells me: {v}. I note it.", "zh": "用户告诉我：{v}。我记住。", "ko": "사용자가 알려 줍니다: {v}. 기억합니다."}
_LOOKING = {
    "en": "I look back in this chat. The user said: {v}.",
    "zh": "我看前面的对话。用户说过：{v}。",
    "ko": "앞의 대화를 봅니다. 사용자가 말했습니다: {v}.",
}
_MISSING = {
    "en": "I look back in this chat. The user has not told me.",
    "zh": "我看前面的对话。用户没有告诉我。",
    "ko": "앞의 대화를 봅니다. 사용자가 말하지 않았습니다.",
}
_SYLLABLES = "ka lo mi ra ten dor vel sa nu bri zo fen tal is or an el ju pe gri ho wa".split()


def value_of(draw: Draw, fact: str) -> str:
    """A value for the fact; one in eight English names or cities is made up, to practise unknown words."""
    if draw.language == "en" and fact != "colour" and draw.chance(0.12):
        return "".join(draw.several(_SYLLABLES, draw.between(2, 3))).capitalize()
    return slot(draw.pick(_VALUES[fact][draw.language]))


def telling(draw: Draw, fact: str, value: str) -> Exchange:
    """The user tells a fact, the model notes it."""
    return Exchange(
        user=_loose(draw, draw.pick(_TOLD[draw.language][fact])).format(v=value),
        thought=_TELLING[draw.language].format(v=value),
        answer=_NOTED[draw.language][fact].format(v=value),
    )


def asking(draw: Draw, fact: str, value: str | None) -> Exchange:
    """The user asks for a fact that was told before (or never, without a value)."""
    question = draw.sloppy(draw.pick(_ASKED[draw.language][fact]))
    language = draw.language
    if value is None:
        return Exchange(question, _MISSING[language], _NEVER_TOLD[language][fact], topic=f"{question}?")
    answer = _REMEMBERED[language][fact].format(v=value)
    return Exchange(question, _LOOKING[language].format(v=value), answer, topic=f"{question}{value}")


def _loose(draw: Draw, wording: str) -> str:
    return wording.rstrip(".。") if draw.chance(0.2) else wording
