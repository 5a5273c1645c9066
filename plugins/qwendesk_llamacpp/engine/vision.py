"""Images as the model sees them: read, cut into tokens and embedded by the projector, through mtmd."""

from __future__ import annotations

import ctypes
import hashlib
import threading
from collections import OrderedDict
from typing import Any

import llama_cpp.mtmd_cpp as mtmd
import numpy as np

from qwendesk.api.problem import Problem
from qwendesk_llamacpp.engine.gaps import Gap
from qwendesk_llamacpp.engine.model import Model
from qwendesk_llamacpp.engine.native import Floats, Tokens, log, native, pointer
from qwendesk_llamacpp.options import LlamaCppOptions

PAD = b"<|image_pad|>"
"""Stands for one image in a prompt of Qwen's."""
_REMEMBERED = 8


class Picture:
    """One image: `cells` of the context, which take `places` positions (M-RoPE counts its longer side)."""

    def __init__(self, chunk: Any, digest: bytes, embedding: Floats) -> None:
        self.chunk = chunk
        self.cells = int(mtmd.mtmd_input_chunk_get_n_tokens(chunk))
        self.places = int(mtmd.mtmd_input_chunk_get_n_pos(chunk))
        # Below every token id, and the same for the same image: so caches compare images like tokens.
        self.id = -1 - int.from_bytes(digest[:4], "little") % (1 << 30)
        self._embedding = embedding

    def __del__(self) -> None:
        mtmd.mtmd_input_chunk_free(self.chunk)

    def read(self, eye: Eye, context: Any, sequence: int, place: int) -> int:
        """Put it into a sequence at a position; what `llama_decode` answers."""
        after = native.llama_pos(place)
        return int(
            mtmd.mtmd_helper_decode_image_chunk(
                eye.handle,
                context,
                self.chunk,
                pointer(self._embedding, ctypes.c_float),
                place,
                sequence,
                native.llama_n_batch(context),
                ctypes.byref(after),
                mtmd.mtmd_helper_post_decode_callback(),
                None,
            )
        )


class Eye:
    """The projector. `look` may be called from several threads; looking cannot be interrupted."""

    def __init__(self, model: Model, options: LlamaCppOptions) -> None:
        mtmd.mtmd_log_set(log.callback, None)
        mtmd.mtmd_helper_log_set(log.callback, None)
        parameters = mtmd.mtmd_context_params_default()
        parameters.use_gpu = bool(options.gpu_layers)
        parameters.n_threads = options.threads or 1
        parameters.print_timings = False
        parameters.warmup = False  # it would look at a large picture, for seconds
        with log.loading():
            self.handle = mtmd.mtmd_init_from_file(options.mmproj.encode(), model.handle, parameters)
        if not self.handle:
            raise Problem("load_failed", path=options.mmproj, detail=log.cause())
        self._width = native.llama_model_n_embd_inp(model.handle)
        found = model.vocabulary.tokenize(PAD.decode(), special=True)
        if len(found) != 1:
            raise Problem("load_failed", path=options.mmproj, detail="the model has no token for images")
        self.pad = found[0]
        self._seen: OrderedDict[bytes, Picture] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, data: bytes) -> Picture:
        """An encoded image (PNG, JPEG, …). Raises Problem `image_unreadable`."""
        digest = hashlib.sha256(data).digest()
        with self._lock:
            if digest not in self._seen:
                self._seen[digest] = self._looked(data, digest)
            self._seen.move_to_end(digest)
            while len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
            return self._seen[digest]

    def _looked(self, data: bytes, digest: bytes) -> Picture:
        chunk = self._chunk(data)
        if mtmd.mtmd_encode_chunk(self.handle, chunk):
            mtmd.mtmd_input_chunk_free(chunk)
            raise Problem("image_unreadable", detail="the projector failed")
        count = mtmd.mtmd_input_chunk_get_n_tokens(chunk)
        found = np.ctypeslib.as_array(mtmd.mtmd_get_output_embd(self.handle), shape=(count * self._width,))
        return Picture(chunk, digest, found.copy())

    def _chunk(self, data: bytes) -> Any:
        """The image, scaled and cut; the start and end that mtmd puts around it stand in the prompt."""
        room = np.frombuffer(data, np.uint8)
        bitmap = mtmd.mtmd_helper_bitmap_init_from_buf(
            self.handle, pointer(room, ctypes.c_uint8), len(room), False
        )
        if not bitmap:
            raise Problem("image_unreadable", detail="it is no image that can be read here")
        marker = mtmd.mtmd_default_marker()
        text = mtmd.mtmd_input_text(marker, len(marker), False, True)
        chunks = mtmd.mtmd_input_chunks_init()
        try:
            bitmaps = (mtmd.mtmd_bitmap_p_ctypes * 1)(bitmap)
            if mtmd.mtmd_tokenize(self.handle, chunks, ctypes.byref(text), bitmaps, 1):
                raise Problem("image_unreadable", detail="it could not be cut into tokens")
            every = [
                mtmd.mtmd_input_chunks_get(chunks, at) for at in range(mtmd.mtmd_input_chunks_size(chunks))
            ]
            image = mtmd.MTMD_INPUT_CHUNK_TYPE_IMAGE
            (only,) = [one for one in every if mtmd.mtmd_input_chunk_get_type(one) == image]
            return mtmd.mtmd_input_chunk_copy(only)
        finally:
            mtmd.mtmd_bitmap_free(bitmap)
            mtmd.mtmd_input_chunks_free(chunks)

    def close(self) -> None:
        self._seen.clear()
        mtmd.mtmd_free(self.handle)


class Seen:
    """A prompt with its images in place: one number for each cell of the context."""

    def __init__(self, tokens: tuple[int, ...], pad: int, pictures: list[Picture]) -> None:
        if tokens.count(pad) != len(pictures):
            raise Problem("image_count", images=len(pictures), places=tokens.count(pad))
        self.pictures: dict[int, Picture] = {}
        if not pictures:
            self.cells: Tokens = np.array(tokens, np.int32)
            return
        cells: list[int] = []
        left = iter(pictures)
        for token in tokens:
            if token == pad:
                picture = next(left)
                self.pictures[len(cells)] = picture
                cells += [picture.id] * picture.cells
            else:
                cells.append(token)
        self.cells = np.array(cells, np.int32)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Where positions and cells part."""
        return tuple(Gap(start, one.cells, one.places) for start, one in self.pictures.items())
