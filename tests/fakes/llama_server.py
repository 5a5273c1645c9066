"""A stand-in for a user's llama-server binary: the same flags and HTTP port, served by the wheel."""

from __future__ import annotations

import argparse
import os
import threading

import xllamacpp


def main() -> None:
    """Load what the command line names and serve it until killed."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for flag in ("-m", "--host", "-fa", "-ctk", "-ctv", "--chat-template"):
        parser.add_argument(flag, required=True)
    for flag in ("--port", "-c", "-np", "-t", "-b", "-ub", "--cache-reuse", "--cache-ram"):
        parser.add_argument(flag, required=True, type=int)
    parser.add_argument("-ngl", type=int)
    for flag in ("--special", "--no-jinja", "--no-mmap", "--mlock", "--no-warmup"):
        parser.add_argument(flag, action="store_true")
    given = parser.parse_args()
    p = xllamacpp.CommonParams()
    p.model.path = given.m
    p.hostnames, p.port = [given.host], given.port
    p.api_keys = [os.environ["LLAMA_API_KEY"]]
    p.n_ctx, p.n_parallel, p.n_batch, p.n_ubatch = given.c, given.np, given.b, given.ub
    p.cpuparams.n_threads = given.t
    p.use_jinja, p.chat_template = not given.no_jinja, given.chat_template
    p.special, p.warmup, p.verbosity = given.special, not given.no_warmup, 1
    _server = xllamacpp.Server(p)
    threading.Event().wait()


if __name__ == "__main__":
    main()
