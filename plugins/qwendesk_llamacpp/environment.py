"""The packages of the engine: llama-cpp-python, compiled where it runs, and what its jobs write with."""

from __future__ import annotations

from qwendesk.api.engines import EngineLock, EngineVariant
from qwendesk.api.words import N_

_PACKAGES = (
    "certifi==2026.10.18",
    "charset-normalizer==3.5.2",
    "diskcache==5.6.3",
    "gguf==0.19.0",
    "idna==3.20",
    "jinja2==3.1.6",
    "llama-cpp-python==0.3.36",
    "markupsafe==3.0.4",
    "numpy==2.4.6",
    "pyyaml==6.0.3",
    "requests==2.34.2",
    "tqdm==4.70.1",
    "typing-extensions==4.16.0",
    "urllib3==2.8.0",
)


def _compiled(
    id: str, title: str, summary: str, switch: str = "", systems: tuple[str, ...] = ()
) -> EngineVariant:
    build = {"CMAKE_ARGS": switch} if switch else {}
    return EngineVariant(
        id, _PACKAGES, title, summary, systems, compiled=True, build=build, disk_bytes=110_000_000
    )


_PC = ("linux", "win32")
ENVIRONMENT = EngineLock(
    "llama-cpp-python",
    (
        _compiled("cpu", N_("Processor"), N_("Needs a C++ compiler and about six minutes."), systems=_PC),
        _compiled(
            "metal", "Metal", N_("Needs Xcode's command line tools and some minutes."), systems=("darwin",)
        ),
        _compiled("cuda", "CUDA", N_("Needs the CUDA toolkit and some minutes."), "-DGGML_CUDA=on", _PC),
        _compiled(
            "vulkan",
            "Vulkan",
            N_("Needs the Vulkan SDK with glslc and some minutes."),
            "-DGGML_VULKAN=on",
            _PC,
        ),
    ),
)
