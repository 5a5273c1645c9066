"""Model: Seedling's shape, and its loss at the tokens that are to be learned."""

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import Qwen3Config, Qwen3ForCausalLM

CONTEXT = 2048
STOP, PAD = "<|im_end|>", "<|endoftext|>"


def new_model(tokenizer: Tokenizer) -> Qwen3ForCausalLM:
    """A fresh Qwen3 of 3.1 million weights; rows are multiples of 256, so that every quantization fits."""
    config = Qwen3Config(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=256,
        intermediate_size=512,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=64,
        max_position_embeddings=CONTEXT,
        rms_norm_eps=1e-6,
        rope_parameters={"rope_type": "default", "rope_theta": 1e6},
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.token_to_id(STOP),
        pad_token_id=tokenizer.token_to_id(PAD),
    )
    return Qwen3ForCausalLM(config)


def learned_logits(model: Qwen3ForCausalLM, ids: Tensor, learned: Tensor) -> tuple[Tensor, Tensor]:
    """Logits before each token to be learned, and those tokens: ([n, vocabulary], [n]).

    Rows are padded on the right, so causal attention needs no mask; no other token is projected.
    """
    hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state
    chosen = learned[:, 1:]
    return model.lm_head(hidden[:, :-1][chosen]), ids[:, 1:][chosen]


def loss_of(model: Qwen3ForCausalLM, ids: Tensor, learned: Tensor) -> Tensor:
    logits, targets = learned_logits(model, ids, learned)
    return functional.cross_entropy(logits.float(), targets)


def all_right(model: Qwen3ForCausalLM, ids: Tensor, learned: Tensor) -> list[bool]:
    """For each row, whether every learned token is the likeliest (then greedy decoding is right too)."""
    with torch.no_grad():
        logits, targets = learned_logits(model, ids, learned)
    right = (logits.argmax(-1) == targets).tolist()
    rows = learned[:, 1:].sum(1).tolist()
    starts = [sum(rows[:index]) for index in range(len(rows))]
    return [all(right[start : start + length]) for start, length in zip(starts, rows, strict=True)]
