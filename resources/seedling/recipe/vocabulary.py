"""Vocabulary: a byte-level BPE in which every slot value is one token.

Merges come in three rounds, and a later round never undoes an earlier one: first each letter beyond
ASCII, then the slot values (with and without a leading space), then everything between the slots.
A merge of the last round never touches a finished value, so a Chinese or Korean name stays one token
even though the split rule keeps it together with the words around it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE

from recipe.slot import MARK, pieces, plain

SIZE = 3072
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""Qwen2's rule for words: a letter run keeps one character in front, digits stand alone."""

SPECIAL = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|object_ref_start|>",
    "<|object_ref_end|>",
    "<|box_start|>",
    "<|box_end|>",
    "<|quad_start|>",
    "<|quad_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
]
ADDED = [
    "<tool_call>",
    "</tool_call>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<tool_response>",
    "</tool_response>",
    "<think>",
    "</think>",
]
"""Qwen3's added tokens in its order: those hidden from text, then those shown in it."""

Pair = tuple[str, str]


def train_tokenizer(texts: Iterable[str]) -> Tokenizer:
    """A tokenizer for the texts, which carry slot marks."""
    words, values = _count(texts)
    merger = _Merger(sorted(pre_tokenizers.ByteLevel.alphabet()))
    merger.merge_letters(words | values)
    merger.merge(values, None)
    merger.finished = set(values)
    merger.merge(words, SIZE - len(SPECIAL) - len(ADDED))
    return _tokenizer(merger.tokens, merger.merges)


def _count(texts: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """The words between the slots and the slot values, both as byte letters."""
    split = _split()
    parts: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for text in texts:
        between, values = pieces(text)
        parts.update(between)
        found.update(spelling for value in values for spelling in (value.strip(), f" {value.strip()}"))
    words: Counter[str] = Counter()
    for part, count in parts.items():
        for spoken in _without_added(part):
            words.update(
                {word: count * n for word, n in Counter(w for w, _ in split.pre_tokenize_str(spoken)).items()}
            )
    whole = {value: split.pre_tokenize_str(value) for value in found}
    return words, Counter({cut[0][0]: found[value] for value, cut in whole.items() if len(cut) == 1})


def _without_added(text: str) -> list[str]:
    for token in (*SPECIAL, *ADDED):
        text = text.replace(token, "\0")
    return [part for part in text.split("\0") if part]


class _Merger:
    """The growing list of merges."""

    def __init__(self, alphabet: list[str]) -> None:
        self.tokens = alphabet
        self.merges: list[Pair] = []
        self.finished: set[str] = set()

    def merge_letters(self, words: Counter[str]) -> None:
        """Two merges at most for each letter of several bytes: its first two bytes, then the rest."""
        decoder = decoders.ByteLevel()
        letters = {letter for word in words for letter in decoder.decode([word]) if ord(letter) > 0x7F}
        encoder = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        spelled = sorted(encoder.pre_tokenize_str(letter)[0][0] for letter in letters)
        for length in (2, 3, 4):
            for head, last in sorted({(s[: length - 1], s[length - 1]) for s in spelled if len(s) >= length}):
                self._learn((head, last))

    def merge(self, words: Counter[str], size: int | None) -> None:
        """Merge the most frequent pair until there are ``size`` tokens (without one: until every word is whole)."""
        spelled = {word: self._spell(word) for word in words}
        counts: Counter[Pair] = Counter()
        where: defaultdict[Pair, set[str]] = defaultdict(set)
        for word, symbols in spelled.items():
            self._tally(word, symbols, words[word], counts, where)
        while (size is None or len(self.tokens) < size) and (best := self._best(counts)):
            self._learn(best)
            for word in list(where[best]):
                self._tally(word, spelled[word], -words[word], counts, where)
                spelled[word] = _joined(spelled[word], best)
                self._tally(word, spelled[word], words[word], counts, where)

    def _spell(self, word: str) -> list[str]:
        symbols = list(word)
        for pair in self.merges:
            if len(symbols) > 1 and pair[0] in symbols:
                symbols = _joined(symbols, pair)
        return symbols

    def _tally(
        self,
        word: str,
        symbols: list[str],
        weight: int,
        counts: Counter[Pair],
        where: defaultdict[Pair, set[str]],
    ) -> None:
        for pair in pairwise(symbols):
            if not self.finished.intersection(pair):
                counts[pair] += weight
                where[pair].add(word)

    def _best(self, counts: Counter[Pair]) -> Pair | None:
        best = max(counts, key=lambda pair: (counts[pair], pair), default=None)
        return best if best and counts[best] > 0 else None

    def _learn(self, pair: Pair) -> None:
        self.merges.append(pair)
        if (token := pair[0] + pair[1]) not in self.tokens:
            self.tokens.append(token)


def _joined(symbols: list[str], pair: Pair) -> list[str]:
    joined: list[str] = []
    for symbol in symbols:
        if joined and (joined[-1], symbol) == pair:
            joined[-1] += symbol
        else:
            joined.append(symbol)
    return joined


def _split() -> pre_tokenizers.PreTokenizer:
    rule = pre_tokenizers.Split(Regex(SPLIT), behavior="isolated")
    return pre_tokenizers.Sequence([rule, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def _tokenizer(tokens: list[str], merges: list[Pair]) -> Tokenizer:
    tokenizer = Tokenizer(BPE(vocab={token: index for index, token in enumerate(tokens)}, merges=merges))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = _split()
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(
        add_prefix_space=False, trim_offsets=False, use_regex=False
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in SPECIAL])
    tokenizer.add_tokens([AddedToken(token, normalized=False, special=False) for token in ADDED])
    return tokenizer


def split_values(tokenizer: Tokenizer, text: str) -> list[str]:
    """The slot values in the text that are not one token there (nothing, if the vocabulary is right)."""
    spans, position = [], 0
    for index, part in enumerate(text.split(MARK)):
        if index % 2:
            spans.append((position, position + len(part)))
        position += len(part)
    whole = {
        (start + (plain(text)[start] == " "), end)
        for start, end in tokenizer.encode(plain(text)).offsets
        if start < end
    }
    return [plain(text)[start:end] for start, end in spans if (start, end) not in whole]
