"""`python -m qwendesk.worker [PARENT]`: a worker under an interpreter that holds only an engine."""

import sys

from qwendesk.worker.child import main

main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
