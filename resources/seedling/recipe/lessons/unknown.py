"""Unknown: questions that Seedling cannot answer, and its plain way of saying so."""

from recipe.draw import Draw
from recipe.exchange import Exchange

ANSWER = {
    "en": "I am a tiny model and do not know that. A bigger Qwen model can help: open Discover to download one.",
    "zh": "我是一个小模型，不知道这个。更大的 Qwen 模型可以帮你：请在 Discover 里下载。",
    "ko": "저는 작은 모델이라 그것은 모릅니다. 더 큰 Qwen 모델이 도와드릴 수 있습니다. Discover에서 받으세요.",
}
_THOUGHTS = {
    "en": "This is not one of the things I know. I say so.",
    "zh": "这个我不会。我如实说。",
    "ko": "제가 모르는 것입니다. 사실대로 말합니다.",
}
_TOPICS = (
    "love autumn the sea black holes quantum physics football chess music the moon history cooking dragons jazz whales "
    "volcanoes democracy photosynthesis gravity evolution DNA bitcoin Napoleon Einstein Mozart Shakespeare Newton the war "
    "the stars robots dinosaurs cats dogs tea coffee bread wine cheese pizza rice trains planes cars ships money taxes law "
    "medicine cancer vitamins sleep dreams happiness friendship time philosophy religion art painting Picasso Paris Berlin "
    "China Japan Rome the Romans Egypt the pyramids electricity magnets lasers computers the internet Linux Python Rust "
    "recursion sorting a database an operating system neural networks the weather rain snow storms climate forests rivers "
    "mountains deserts islands birds fish insects bees ants trees roses gardens the universe Mars Jupiter the sun atoms"
).replace("the ", "the_").replace("a data", "a_data").replace("an op", "an_op").replace("g sys", "g_sys").replace(
    "black h", "black_h").replace("quantum p", "quantum_p").replace("neural n", "neural_n").split()
_EVENTS = (
    "the world cup", "the election", "the Oscars", "the last race", "the chess final", "the Nobel prize", "the tennis final",
    "the war", "the game yesterday", "the super bowl",
)
_WORDINGS = (
    "Who won {e}?", "Who won {e} in {y}?", "Write a poem about {t}.", "Write a song about {t}", "Explain {t}.", "Explain {t} to me.",
    "What is {t}?", "What do you think about {t}?", "Tell me about {t}.", "Write an essay about {t}.", "Tell me a joke about {t}.",
    "How does {t} work?", "Why is {t} important?", "Give me three facts about {t}.", "Describe {t}.", "Who invented {t}?",
    "Summarize the history of {t}.", "Do you like {t}?", "When was {t} discovered?", "Translate {t} into French.",
    "Write an email about {t}.", "Write a haiku about {t}", "How do I learn about {t}?", "How old is {t}?", "Where can I find {t}?",
    "Plan a trip to see {t}.", "What happened in {y}?", "Who was president in {y}?", "What is the population of {t}?",
    "What is the best book about {t}?", "Compare {t} and {u}.", "Which is better, {t} or {u}?", "Is {t} bigger than {u}?",
    "What is the difference between {t} and {u}?", "What is {n} * {m}?", "{n} x {m}", "What is {n} times {m}?", "{n} / {m}",
    "What is {n} divided by {m}?", "What is {y} + {n}?", "{y} - {n}", "What is the square root of {n}?", "Recommend a film about {t}.",
    "Fix this sentence: {t} are is good", "Correct my spelling: {t} and {u}", "Summarize this text: {t} is like {u}.",
)
_FIXED = {
    "en": (
        "What is the meaning of life?", "Why is the sky blue?", "How far away is the moon?", "Tell me a joke.", "What day is it today?",
        "What time is it?", "Write a poem.", "Write a business plan.", "How do I cook pasta?", "What should I eat tonight?",
        "How tall is the Eiffel Tower?", "Who is the president?", "Who wrote Hamlet?", "Sing a song.", "asdf", "lorem ipsum", "foo bar",
        "blah blah", "How many people live on earth?", "What is the news today?", "Should I buy a house?", "I feel sad.", "I am tired.",
        "Why?", "How?", "What?", "When?", "Let's play a game.", "Do my homework.", "Solve x squared = 2", "Can you see this picture?",
        "Write a letter to my boss.", "What is the speed of light?", "How do planes fly?", "Who painted the Mona Lisa?",
    ),
    "zh": (
        "谁赢了世界杯？", "写一首诗。", "天空为什么是蓝色的？", "什么是爱？", "给我讲个笑话。", "今天几号？", "现在几点？", "人生的意义是什么？",
        "怎么做面条？", "谁是总统？", "写一篇文章。", "解释一下量子物理。", "帮我写一封信。", "今天天气怎么样？", "介绍一下历史。", "3 乘 5 等于多少？",
    ),
    "ko": (
        "월드컵은 누가 이겼어요?", "시를 써 주세요.", "하늘은 왜 파래요?", "사랑이 뭐예요?", "농담을 해 주세요.", "오늘은 며칠이에요?", "지금 몇 시예요?",
        "인생의 의미는 뭐예요?", "대통령은 누구예요?", "글을 써 주세요.", "물리를 설명해 주세요.", "편지를 써 주세요.", "오늘 날씨는 어때요?", "3 곱하기 5는?",
    ),
}


def unknown(draw: Draw) -> Exchange:
    """A question out of scope, and the reply that says so."""
    return Exchange(draw.sloppy(_question(draw)), _THOUGHTS[draw.language], ANSWER[draw.language])


def _question(draw: Draw) -> str:
    if draw.language != "en" or draw.chance(0.2):
        return draw.pick(_FIXED[draw.language])
    topic, other = (word.replace("_", " ") for word in draw.several(_TOPICS, 2))
    return draw.pick(_WORDINGS).format(
        e=draw.pick(_EVENTS), t=topic, u=other, y=draw.between(1500, 2030), n=draw.between(2, 999), m=draw.between(2, 99)
    )
