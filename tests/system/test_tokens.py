"""Tokens by their shape: gone from lines, and nothing else is."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qwendesk.system.log.tokens import HIDDEN, hide_tokens
from qwendesk_llamaserver.client import new_key

URLSAFE = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=36, max_size=60)
TOKENS = [
    "hf_abcdefghijKLMNOPqrstuvWXYZ012345",
    "ms-0a1b2c3d-0123-4567-89ab-0123456789ab",
    "sk-proj-abcdefghijklmnop0123",
    "ghp_abcdefghijklmnopqrst0123456789",
    "github_pat_11ABCDEFG0123456789_abcdef",
    "AKIAIOSFODNN7EXAMPLE",
    "AIzaSyA0123456789abcdefghijklmnopqrstuv",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    "xoxb-123456789012-abcdef",
    new_key(),
    secrets.token_hex(8) + "Aa1" + secrets.token_hex(16),
]
AROUND = [
    "{}",
    "the token {} was refused",
    "url=https://x.org/a?token={}&b=1",
    "'{}'",
    '{{"k": "{}"}}',
    "({})",
    "Authorization: Bearer {}",
    "authorization='Bearer {}'",
    "{{'Authorization': 'Bearer {}'}}",
    '"authorization":"bearer {}"',
    "https://me:{}@host/x",
    "HF_TOKEN={}",
    "--api-key={}",
    "x-api-key: {}",
    "password: {}",
]


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("around", AROUND)
def test_a_token_is_hidden_wherever_it_stands(token: str, around: str) -> None:
    hidden = hide_tokens(around.format(token))
    assert token not in hidden
    assert token[-12:] not in hidden
    assert HIDDEN in hidden
    assert hide_tokens(hidden) == hidden


@pytest.mark.parametrize("around", [one for one in AROUND[5:] if one != "({})"])
@pytest.mark.parametrize("secret", ["hunter2-plain", "short1.x", "Tr0ub4dor&3"[:9]])
def test_a_secret_without_a_shape_is_known_by_what_stands_before_it(around: str, secret: str) -> None:
    hidden = hide_tokens(around.format(secret))
    assert secret not in hidden
    assert hide_tokens(hidden) == hidden


@given(URLSAFE.filter(lambda one: any(c.isdigit() for c in one) and one.lower() != one != one.upper()))
def test_what_looks_drawn_by_lot_is_hidden(text: str) -> None:
    assert text not in hide_tokens(f"key {text} here")


@pytest.mark.parametrize(
    "line",
    [
        "load: control-looking token:   3066 '<|repo_name|>' was not control-type; this is probably a bug",
        "print_info: EOS token             = 3048 '<|im_end|>'",
        "load: special tokens cache size = 26",
        "print_info: max token length      = 32",
        "Qwen3-30B-A3B-Instruct-2507-UD-Q4_K_XL-00001-of-00002.gguf",
        "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 is right",
        "Worker 12, reply 3: stop after 1.20 s, 22 tokens read, 31 written, 52.1 tok/s",
        "sha256:ab12cd34 (532 characters)",
        "secret=None, token: null, passphrase=False",
        "loading tensor blk.3.ffn_up.input_scale",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert hide_tokens(line) == line


@given(st.text(), st.lists(st.text(max_size=20), max_size=3))
@example("Authorization: Bearer Bearer x1", [])
@example("token=token=token=abcd1234", [])
@example("<token", ["token>"])
def test_any_text_is_taken_and_what_is_hidden_stays_so(text: str, known: list[str]) -> None:
    hidden = hide_tokens(text, known)
    assert hide_tokens(hidden, known) == hidden
    assert not [one for one in known if len(one) >= 6 and one not in HIDDEN and one in hidden]
