"""A job that is waited for, and can be given up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qwendesk.api.jobs import JobProgress
from qwendesk.models.verifying import Stopped
from qwendesk.runtimes.jobs import Jobs

Advanced = Callable[[JobProgress], None]
_LOOK_S = 0.25


def finished(
    jobs: Jobs, job: str, arguments: Mapping[str, Any], progress: Advanced, stopped: Callable[[], bool]
) -> Mapping[str, Any]:
    """What came of the job. Blocks; `stopped` is asked four times a second.

    Raises:
        Problem: those of `Jobs.start`, and the job's own.
        Stopped: `stopped` said so; the process is gone then.
    """
    with jobs.start(job, arguments, progress) as running:
        while not stopped():
            try:
                return running.result(_LOOK_S)
            except TimeoutError:
                continue
    raise Stopped
