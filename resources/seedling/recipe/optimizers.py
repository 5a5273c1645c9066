"""Optimizers: Muon for the matrices of the layers, AdamW for embeddings and norms."""

import torch
from torch.optim import AdamW, Muon, Optimizer
from transformers import Qwen3ForCausalLM

MATRIX_RATE = 0.005
VECTOR_RATE = 1.2e-3


def optimizers(model: Qwen3ForCausalLM) -> list[Optimizer]:
    """One per kind of weight, at full learning rate."""
    layers = [weight for name, weight in model.named_parameters() if ".layers." in name and weight.ndim == 2]
    others = [
        weight for name, weight in model.named_parameters() if not (".layers." in name and weight.ndim == 2)
    ]
    return [
        Muon(layers, lr=MATRIX_RATE, weight_decay=0.02),
        AdamW(others, lr=VECTOR_RATE, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    ]


def set_rate(running: list[Optimizer], share: float) -> None:
    for optimizer, full in zip(running, (MATRIX_RATE, VECTOR_RATE), strict=True):
        for group in optimizer.param_groups:
            group["lr"] = full * share


def step(running: list[Optimizer], model: torch.nn.Module) -> None:
    """One update from the gradients, clipped to length 1, which are then dropped."""
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimizer in running:
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
