"""The texts of our own, and what people give instead."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from qwendesk.api.problem import Problem
from qwendesk.lab import texts
from qwendesk.words.problems import word

WINDOWS = 12


def test_the_bundled_texts_are_whole() -> None:
    found = texts.bundled()
    assert [one.name for one in found] == ["english", "chinese", "korean", "code", "mathematics"]
    for one in found:
        assert one.sha256 == hashlib.sha256(one.text.encode()).hexdigest()
        assert "\r" not in one.text
        assert "\ufffd" not in one.text
        paragraphs = [part for part in one.text.split("\n\n") if len(part) > 60]
        assert len(paragraphs) == len(set(paragraphs)), one.name
    assert texts.find("Korean") == found[2]


@pytest.mark.parametrize("name", list(texts.TITLES))
def test_each_fills_windows_of_a_qwen_model(name: str, fixtures: Path) -> None:
    llama = pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: it needs a compiler")
    vocabulary = llama.Llama(str(fixtures / "qwen" / "ggml-vocab-qwen2.gguf"), vocab_only=True, verbose=False)
    tokens = vocabulary.tokenize(texts.find(name).text.encode(), add_bos=False, special=False)
    vocabulary.close()
    assert len(tokens) >= WINDOWS * 512


def test_a_file_of_the_user_s(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes("Line one\r\nzwei Fünf\r\n".encode())
    found = texts.find(str(path))
    assert (found.name, found.text, found.notes) == ("mine.txt", "Line one\r\nzwei Fünf\r\n", ())
    (tmp_path / "copy.txt").write_bytes(b"\xff\xfe" + found.text.encode("utf-16-le"))
    assert texts.find(str(tmp_path / "copy.txt")).sha256 == found.sha256


def test_an_encoding_that_was_guessed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(texts.find("chinese").text[:3000].encode("gb18030"))
    found = texts.read(path)
    assert found.text == texts.find("chinese").text[:3000]
    assert [(one.id, one.arguments["encoding"]) for one in found.notes] == [
        ("text_encoding_guessed", "gb18030")
    ]


def test_damaged_letters_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "damaged.txt"
    path.write_bytes(
        "한국어 글입니다. \ufffd 여러 글자가 있습니다.".encode() + b"\xec\n" + "그리고 더.".encode()
    )
    found = texts.read(path)
    assert [(one.id, one.arguments["count"]) for one in found.notes] == [("text_characters_lost", 1)]
    assert "1" in word(found.notes[0]).what


def test_what_is_no_text_is_refused(tmp_path: Path, seedling: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MOST_BYTES", 4_000_000)
    made = {
        "blank.txt": (b" \n\n", "text_blank"),
        "nothing.txt": (b"", "text_blank"),
        "zeros.txt": (bytes(4000), "text_no_text"),
        "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(50), "text_no_text"),
        "paper.txt": (b"%PDF-1.7\n", "text_no_text"),
        "long.txt": (b"word " * 800_001, "text_too_large"),
        "model.txt": (seedling.read_bytes(), "text_no_text"),
    }
    for name, (data, id) in made.items():
        (tmp_path / name).write_bytes(data)
        assert problem_of(tmp_path / name) == id, name
    assert problem_of(tmp_path) == "file_unreadable"
    assert problem_of(tmp_path / "absent") == "text_unknown"


def problem_of(path: Path) -> str:
    with pytest.raises(Problem) as caught:
        texts.find(str(path))
    sentence = word(caught.value.note())
    assert path.name in sentence.what
    assert sentence.next
    return caught.value.id
