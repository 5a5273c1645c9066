"""Sentences about converting checkpoints and importance matrices, by id; see `qwendesk.words.table`."""

from __future__ import annotations

from qwendesk.api.words import N_

CONVERTING: dict[str, tuple[str, str]] = {
    "convert_architecture": (
        N_("{path} holds a model of the architecture {name}, which cannot be converted."),
        N_("These can: {known}."),
    ),
    "convert_not_safetensors": (
        N_("{name} is a {format} model, and only safetensors folders are converted."),
        N_("Give the folder with its config.json and safetensors files."),
    ),
    "convert_routing": (
        N_("The model in {path} weighs its experts in a way that llama.cpp does not compute."),
        N_("Run it with the Transformers runtime instead."),
    ),
    "convert_quantized": (
        N_("The weights in {path} are packed already ({method}), which cannot be undone without loss."),
        N_("Convert the original checkpoint, then quantize the file that comes of it."),
    ),
    "convert_config": (
        N_("{path} does not say {field}, or something that llama.cpp cannot do."),
        N_("Download the file again, or run the model with the Transformers runtime."),
    ),
    "convert_rope": (
        N_("{path} stretches the context in a way that llama.cpp does not have ({kind})."),
        N_("Run the model with the Transformers runtime instead."),
    ),
    "convert_tensor_missing": (
        N_("The checkpoint in {path} lacks the tensor {tensor}."),
        N_("Download all of its files again."),
    ),
    "convert_tensor_unknown": (
        N_("The checkpoint in {path} has the tensor {tensor}, which its architecture has no place for."),
        N_("It is another model than its config.json says, and cannot be converted."),
    ),
    "convert_tensor_shape": (
        N_("The tensor {tensor} in {path} measures {shape}, but its config.json says {expected}."),
        N_("Download the files again; they do not belong together."),
    ),
    "convert_dtype": (
        N_("The tensor {tensor} in {path} has numbers of the type {dtype}, which are not read here."),
        N_("Convert a checkpoint in F32, F16, BF16 or FP8."),
    ),
    "convert_overflow": (
        N_("The tensor {tensor} has numbers that are too large for F16."),
        N_("Convert to BF16 or F32."),
    ),
    "convert_not_finite": (
        N_("The tensor {tensor} has numbers that are none: the checkpoint is damaged."),
        N_("Download it again, or get another one."),
    ),
    "convert_tokenizer": (
        N_("The tokenizer in {path} cannot be converted: {detail}."),
        N_("Get the tokenizer files of the original model."),
    ),
    "convert_metadata": (
        N_("The configuration or tokenizer in {path} says something that GGUF cannot hold: {detail}."),
        N_("Download the small files of the checkpoint again."),
    ),
    "convert_type": (N_("{type} is not written by the converter."), N_("It writes {known}.")),
    "imatrix_unreadable": (
        N_("{path} cannot be used as an importance matrix: {detail}."),
        N_("Choose a file that llama.cpp's imatrix tool or qwendesk imatrix wrote."),
    ),
    "imatrix_too_short": (
        N_("The text has {tokens} tokens, and an importance matrix needs {least} or more."),
        N_("Give a longer text: what the model is used for, some hundred pages of it."),
    ),
    "imatrix_unsupported": (
        N_("This build of llama.cpp keeps its tensors in another way than the one that is known here."),
        N_("Install the version that QwenDesk asks for: qwendesk engines install llamacpp."),
    ),
    "imatrix_not_finite": (
        N_("What came before the tensor {tensor} were no numbers: the model file is damaged."),
        N_("Verify the file: qwendesk verify."),
    ),
}
