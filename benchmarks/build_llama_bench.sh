#!/bin/sh
# Builds llama.cpp's own llama-bench and llama-perplexity from the source that comes with llama-cpp-python, so that all is of one
# version and compiled alike. Needs cmake and a C++ compiler; takes some minutes. The programs land in
# build/llama-bench/bin; then: benchmarks/decode.py --llama-bench build/llama-bench/bin/llama-bench
set -eu
cd "$(dirname "$0")/.."
version=0.3.36
place=build/llama-bench
source=$place/llama_cpp_python-$version/vendor/llama.cpp

if [ ! -d "$source" ]; then
    mkdir -p "$place"
    .venv/bin/python -m pip --disable-pip-version-check download --quiet --no-deps \
        --no-binary llama-cpp-python --dest "$place" "llama-cpp-python==$version"
    tar --extract --gzip --file "$place/llama_cpp_python-$version.tar.gz" --directory "$place"
fi
cmake -S "$source" -B "$place" -DCMAKE_BUILD_TYPE=Release -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF \
    -DLLAMA_BUILD_SERVER=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_CURL=OFF
cmake --build "$place" --target llama-bench llama-perplexity --parallel "${JOBS:-$(getconf _NPROCESSORS_ONLN)}"
echo "Built $place/bin/llama-bench and $place/bin/llama-perplexity"
