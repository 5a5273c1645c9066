"""Kill the application at random moments while it streams and edits: no committed message is lost.

Anything lost ends it with an assertion. Run: python benchmarks/appkills.py --kills 500
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tests")]

from fakes.killed_app import Rounds
from report import parser, publish


def main() -> None:
    own = parser("appkills")
    own.add_argument("--kills", type=int, default=500)
    own.add_argument("--seed", type=int, default=1)
    given = own.parse_args()
    with tempfile.TemporaryDirectory() as home:
        rounds = Rounds(Path(home), given.seed)
        while rounds.kills < given.kills:
            rounds.once()
            if rounds.kills % 50 == 0:
                print(f"{rounds.kills} kills, {len(rounds.committed)} messages", file=sys.stderr)
    rows = [
        ("Applications killed", float(rounds.kills), "", ""),
        ("Messages committed", float(len(rounds.committed)), "", ""),
        ("Messages lost or changed", 0.0, "", "0"),  # any other number ends with an assertion
    ]
    publish(given.json, rows, seed=given.seed)


if __name__ == "__main__":
    main()
