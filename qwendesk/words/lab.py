"""Sentences about jobs on model files, by id; see `qwendesk.words.table`."""

from __future__ import annotations

from qwendesk.api.words import N_

LAB: dict[str, tuple[str, str]] = {
    "job_unknown": (
        N_("No runtime here offers “{job}”."),
        N_("Install the engine that does: qwendesk engines install llamacpp."),
    ),
    # The file that a job makes
    "target_exists": (
        N_("{path} is there already."),
        N_("Choose another file (-o), or replace it (--overwrite)."),
    ),
    "target_is_source": (N_("{path} would be read and replaced at once."), N_("Choose another file (-o).")),
    "target_in_library": (
        N_("The library has a model named {name} already: {path}."),
        N_("Choose a file of your own (-o)."),
    ),
    "target_elsewhere": (
        N_("Another QwenDesk is writing {path}."),
        N_("Wait for it, or choose another file."),
    ),
    "target_unwritable": (
        N_("{path} cannot be written: {detail}."),
        N_("Check its folder and permissions, or choose another file."),
    ),
    "source_changed": (
        N_("{path} was changed or removed while it was read, so nothing was kept of the result."),
        N_("Start again when the file is as it should be."),
    ),
    # Quantizing
    "quantize_not_gguf": (
        N_("{name} is a {format} model, and only GGUF files can be quantized to llama.cpp's types."),
        N_("Turn it into a GGUF file first: qwendesk convert {name}."),
    ),
    "quantize_other_kind": (
        N_("{path} is no model but a file of the kind “{kind}”."),
        N_("Choose the GGUF file of a model."),
    ),
    "quantize_failed": (
        N_("{path} could not be quantized by llama.cpp: {detail}."),
        N_("Nothing was kept. Try another type, or verify the file: qwendesk verify."),
    ),
    "quantize_incomplete": (
        N_("What llama.cpp wrote for {path} is not as long as it should be, so nothing was kept."),
        N_("Check the disk, then try again."),
    ),
    "quant_type_unknown": (N_("There is no type named {type}."), N_("There are: {known}.")),
    "imatrix_needed": (
        N_(
            "{type} needs an importance matrix: its few bits would be noise without one. Nothing was written."
        ),
        N_("Give one that was made with this model (--imatrix FILE), or choose a type like Q2_K or IQ3_M."),
    ),
    "imatrix_lacks": (
        N_("The importance matrix {path} has nothing about {tensor}, which needs it. Nothing was kept."),
        N_("Choose a matrix that was made with this model, or a type with more bits."),
    ),
    "imatrix_other_model": (
        N_("The importance matrix {path} was made with another model: {tensor} does not fit."),
        N_("Choose a matrix that was made with this model."),
    ),
    "requantize_refused": (
        N_("{path} is quantized already ({type}), and each time something is lost. Nothing was written."),
        N_("Start from the F16 or BF16 file, or insist (--allow-requantize)."),
    ),
    "tensor_types_unused": (
        N_("In a file of the type {type} every tensor keeps that type, so --tensor-type would do nothing."),
        N_("Choose a quantized type, or leave --tensor-type away."),
    ),
    "tensor_pattern_unused": (
        N_("No tensor's name matches “{pattern}”."),
        N_("See the names with: qwendesk show MODEL --tensors."),
    ),
    "tensor_pattern_wrong": (
        N_("“{pattern}” is no regular expression: {detail}."),
        N_("A plain part of a tensor's name works, too: attn_v=Q8_0."),
    ),
    # Comparing
    "lab_nobody": (N_("No model was named."), N_("Name at least one: qwendesk compare MODEL --text FILE.")),
    "lab_no_reference": (
        N_("There was no reference to compare with: it could not be read, or left no distributions."),
        N_("See what is said of the reference, then run the comparison again."),
    ),
}
