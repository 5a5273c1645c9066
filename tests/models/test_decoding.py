"""Types that many threads want at once, in a process of its own: what goes wrong there ends it."""

from __future__ import annotations

import subprocess
import sys

TWENTY = """
import threading
from qwendesk.models.catalog import catalogue
from qwendesk.models.decoding import from_msgpack
from qwendesk.models.summary import Summary
import msgspec

data = msgspec.msgpack.encode(Summary("gguf"))
begin = threading.Barrier(20)

def work(number):
    begin.wait()
    assert catalogue().families if number % 2 else from_msgpack(data, Summary) == Summary("gguf")

threads = [threading.Thread(target=work, args=(one,)) for one in range(20)]
for one in threads:
    one.start()
for one in threads:
    one.join()
"""


def test_twenty_threads_decode_the_same_types_first() -> None:
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", TWENTY], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
