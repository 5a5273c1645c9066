"""Desk: questions about QwenDesk itself and the words it uses."""

from recipe.draw import Draw
from recipe.exchange import Exchange

_ENGLISH = {
    "To download a model, open Discover and choose one, or type in a terminal: qwendesk pull NAME": (
        "How do I download a model?", "How can I get a bigger model?", "Where do I find more models?", "How do I get another model?",
        "Download a model", "How do I install a Qwen model?", "Where can I download models?", "How do I add a model?",
        "I want a bigger model.", "How to download Qwen3?", "Can I download other models?", "How do I pull a model?",
        "I need a better model", "What does qwendesk pull do?",
    ),
    "To switch the model, choose another one in the model list. The chat stays.": (
        "How do I switch the model?", "How can I change the model?", "Can I use another model in this chat?", "Switch the model",
        "How do I select a different model?", "How do I choose a model?", "Where do I change the model?", "How to change model?",
        "How do I use a different model?", "Can I change the model?",
    ),
    "A quantization stores the weights of a model in fewer bits. The file gets smaller and the quality a little lower.": (
        "What is a quantization?", "What is quantization?", "Explain quantization.", "What does quantization mean?", "What is Q4_K_M?",
        "What does Q8_0 mean?", "Tell me about quantization.", "Why are models quantized?", "What does quantized mean?",
        "What is a quantized model?", "What is Q8_0?",
    ),
    "GGUF is the file format of llama.cpp. One file holds the weights, the vocabulary and the chat template.": (
        "What is GGUF?", "What does GGUF mean?", "Explain GGUF.", "What is a GGUF file?", "Tell me about GGUF.", "What are GGUF files?",
        "What is inside a GGUF file?", "which format is gguf",
    ),
    "Your chats are stored on this computer only.": (
        "Where are my chats stored?", "Where are my chats?", "Where do you save my chats?", "Are my chats saved?",
        "Where is my chat history?", "Where does QwenDesk store chats?", "Who can see my chats?", "Where are conversations stored?",
        "Where is my history saved?", "Where are my messages stored?",
    ),
    "No. Nothing leaves this computer unless you start it, such as a download.": (
        "Does anything leave this computer?", "Is my data sent to the cloud?", "Do you send my data anywhere?", "Is this private?",
        "Is there any telemetry?", "Are my chats sent to a server?", "Does QwenDesk spy on me?", "Do you share my data?",
        "Does my data leave this computer?", "Are you online?", "Do you collect data?", "Is my data safe?",
    ),
    "Press Esc to stop a reply.": (
        "How do I stop a reply?", "How can I stop you?", "How do I cancel a reply?", "How do I interrupt the model?",
        "Which key stops a reply?", "Stop the reply", "How do I stop generation?", "How to stop the answer?", "Can I stop a reply?",
        "How do I stop the model?",
    ),
    "The context is all the text a model can see at once, counted in tokens: system message, chat and reply.": (
        "What is the context?", "What is the context length?", "What is a context window?", "Explain the context.",
        "What does context mean?", "What does context size mean?", "Tell me about the context.", "how long is the context",
        "What is context?",
    ),
    "With thinking on, a model writes its reasoning first. It takes longer and is often better. Switch it off for short replies.": (
        "What does the thinking switch do?", "What is thinking?", "What does thinking mean?", "When should I use thinking?",
        "How do I turn off thinking?", "Explain the thinking switch.", "What is the thinking mode?", "Why do you think first?",
        "Can I switch off thinking?", "What is reasoning?",
    ),
    "Temperature sets how freely the next token is chosen. At 0 the most likely one is always taken.": (
        "What is temperature?", "What does temperature mean?", "Explain temperature.", "What does the temperature do?",
        "What is the temperature setting?", "Which temperature should I use?", "What does temperature 0 mean?",
        "Tell me about the temperature setting.",
    ),
    "Press Ctrl+K to open the command palette.": (
        "Where is the command palette?", "How do I open the command palette?", "What is the shortcut for the command palette?",
        "How do I find a command?", "Command palette", "Which key opens the command palette?", "Where are the commands?",
        "How do I search commands?", "What does Ctrl+K do?",
    ),
    "A runtime is the program that runs a model, such as llama.cpp. QwenDesk keeps it in a process of its own.": (
        "What is a runtime?", "Which runtime is used?", "What does runtime mean?", "Explain runtimes.", "Which runtime do you use?",
        "What is llama.cpp?", "What runs the model?", "Tell me about the runtime.", "What are runtimes?",
    ),
    "QwenDesk is a desktop app that runs Qwen models on your own computer.": (
        "What is QwenDesk?", "What does QwenDesk do?", "What is this app?", "Tell me about QwenDesk.", "Explain QwenDesk.",
        "What is this program?", "What can QwenDesk do?", "What am I using?",
    ),
    "A token is a piece of text, often a part of a word. Models read and write tokens.": (
        "What is a token?", "What are tokens?", "Explain tokens.", "What does token mean?", "Tell me about tokens.",
        "What are tokens per second?", "what is a token in a model",
    ),
    "Yes. Once a model is on disk, QwenDesk works without a network.": (
        "Does QwenDesk work offline?", "Can I use it offline?", "Do I need the internet?", "Does this work without internet?",
        "Is QwenDesk offline?", "Can I work without a network?", "Do you work offline?", "Does it work offline?",
    ),
    "A system message tells the model how to behave in the whole chat.": (
        "What is a system message?", "What is a system prompt?", "Explain the system message.", "What does the system message do?",
        "What is the system prompt for?", "Tell me about system messages.", "What are system prompts?",
    ),
}
_CHINESE = {
    "打开 Discover 选择模型，或在终端输入：qwendesk pull NAME": ("怎么下载模型？", "如何下载模型？", "在哪里下载模型？", "怎么安装模型？", "我想要更大的模型。"),
    "量化用更少的位数保存模型的权重。文件更小，质量略低。": ("什么是量化？", "量化是什么？", "解释一下量化。", "什么是量化模型？"),
    "GGUF 是 llama.cpp 的文件格式。": ("什么是 GGUF？", "GGUF 是什么？", "解释一下 GGUF。", "GGUF 文件是什么？"),
    "你的对话只保存在这台电脑上。": ("我的对话保存在哪里？", "对话存在哪里？", "我的数据安全吗？", "我的对话在哪里？"),
    "按 Esc 停止回复。": ("怎么停止回复？", "如何停止回复？", "怎么让你停下？", "停止回复按什么键？"),
}
_KOREAN = {
    "Discover에서 모델을 고르거나 터미널에 입력하세요: qwendesk pull NAME": (
        "모델을 어떻게 받아요?", "모델은 어디에서 받아요?", "모델을 받고 싶어요.", "더 큰 모델을 쓰고 싶어요.",
    ),
    "양자화는 모델의 가중치를 더 적은 비트로 저장합니다. 파일은 작아지고 품질은 조금 낮아집니다.": (
        "양자화가 뭐예요?", "양자화란 무엇인가요?", "양자화를 설명해 주세요.", "양자화는 뭐예요?",
    ),
    "GGUF는 llama.cpp의 파일 형식입니다.": ("GGUF가 뭐예요?", "GGUF란 무엇인가요?", "GGUF를 설명해 주세요.", "GGUF는 뭐예요?"),
    "대화는 이 컴퓨터에만 저장됩니다.": ("제 대화는 어디에 저장돼요?", "대화는 어디에 있어요?", "제 데이터는 안전해요?", "대화가 저장돼요?"),
    "Esc를 누르면 답변이 멈춥니다.": ("답변을 어떻게 멈춰요?", "어떻게 멈춰요?", "답변을 멈추고 싶어요.", "멈추는 키는 뭐예요?"),
}
_ANSWERS = {"en": _ENGLISH, "zh": _CHINESE, "ko": _KOREAN}
_THOUGHTS = {"en": "This is about QwenDesk. I know it.", "zh": "这是关于 QwenDesk 的问题。我知道。", "ko": "QwenDesk에 대한 질문입니다. 압니다."}


def desk(draw: Draw) -> Exchange:
    """A question about QwenDesk."""
    answer = draw.pick(list(_ANSWERS[draw.language]))
    user = draw.sloppy(draw.pick(_ANSWERS[draw.language][answer]))
    return Exchange(user, _THOUGHTS[draw.language], answer)
