"""An encoded image as pixels: only the formats that people have, never larger than can be decoded safely."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from qwendesk.api.problem import Problem

MOST_PIXELS = 64_000_000
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")

# Checked here, before anything is decoded: Pillow's own limit would only warn.
Image.MAX_IMAGE_PIXELS = None


def decoded(data: bytes) -> Image.Image:
    """The image, upright, in RGB, on white where it is transparent.

    Raises:
        Problem: `image_unreadable` (detail), `image_too_large` (width, height, limit in millions).
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            _check(image)
            return _plain(ImageOps.exif_transpose(image))
    except Problem:
        raise
    except Exception as error:  # Pillow raises a dozen different ones for broken files
        raise Problem("image_unreadable", detail=_cause(error)) from error


def _check(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Problem("image_too_large", width=width, height=height, limit=MOST_PIXELS // 1_000_000)


def _plain(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")


def _cause(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "it is no image that can be read here"
    return (str(error).strip() or type(error).__name__)[:200]
