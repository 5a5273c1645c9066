"""huggingface_hub, tamed: the application's door, no telemetry, its errors as Problems."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from qwendesk.api.http import Purpose, Request
from qwendesk.api.problem import Problem
from qwendesk.api.sources import Location, SourceContext

_purpose: ContextVar[Purpose] = ContextVar("purpose")
_QUIET = {
    "HF_HUB_DISABLE_TELEMETRY": "1",  # also its question which agent runs it, which is a request of its own
    "HF_HUB_DISABLE_XET": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}


class Library:
    """Makes API objects. The library is imported at the first one, and has one client per process."""

    _served: Library | None = None

    def __init__(self, context: SourceContext) -> None:
        self._context = context

    def api(self, endpoint: str) -> Any:
        """A `huggingface_hub.HfApi`, with the user's token where there is one."""
        os.environ.update(_QUIET)
        import huggingface_hub
        from huggingface_hub import constants

        constants.HF_HUB_DISABLE_TELEMETRY = True  # somebody may have imported it before us
        if Library._served is not self:
            huggingface_hub.set_client_factory(self._client)
            Library._served = self
        token = self._context.secret("huggingface")
        return huggingface_hub.HfApi(endpoint=endpoint, token=token or False, library_name="qwendesk")

    def _client(self) -> Any:
        client = self._context.http.client(_purpose.get)
        # The library would sleep and try again; the queue knows better when.
        client.event_hooks = {"request": [], "response": [_busy]}
        return client

    @contextlib.contextmanager
    def doing(self, purpose: Purpose) -> Iterator[None]:
        """Requests inside are made for this."""
        token = _purpose.set(purpose)
        try:
            yield
        finally:
            _purpose.reset(token)

    def text(self, location: Location, purpose: Purpose, repo: str, most: int) -> str:
        """A small text file of the hub."""
        request = Request(location.url, purpose, secret=location.secret)
        answer = self._context.http.ask(request, most_bytes=most)
        if answer.status != 200:
            raise status_problem(answer.status, location.url, repo, dict(answer.headers))
        return answer.body.decode("utf-8", "replace")


def _busy(response: Any) -> None:
    if response.status_code == 429 or response.status_code >= 500:
        headers = {name.lower(): value for name, value in response.headers.items()}
        raise status_problem(response.status_code, str(response.request.url), "", headers)


@contextlib.contextmanager
def failures(endpoint: str, repo: str) -> Iterator[None]:
    """The library's errors as Problems; the door's pass as they are."""
    from huggingface_hub import errors

    try:
        yield
    except errors.HfHubHTTPError as error:
        response = error.response
        headers = {name.lower(): value for name, value in response.headers.items()}
        raise status_problem(response.status_code, str(response.request.url), repo, headers) from error
    except errors.HFValidationError as error:
        raise Problem("repo_name_wrong", repo=repo) from error
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        # A hub that answers nonsense: the library takes its answers for granted.
        raise Problem("hub_answer_wrong", host=urlsplit(endpoint).netloc, detail=str(error)[:200]) from error


def status_problem(status: int, url: str, repo: str, headers: dict[str, str]) -> Problem:
    """What a status other than 200 means on this hub."""
    parts = urlsplit(url)
    host = parts.netloc
    if headers.get("x-error-code") == "GatedRepo":
        return Problem("repo_gated", repo=repo, url=f"{parts.scheme}://{host}/{repo}")
    if status in (401, 403):
        # Hugging Face answers 401 for repositories that do not exist, so as not to tell.
        return Problem("hub_unauthorized", host=host, repo=repo)
    if status == 404:
        return Problem("repo_missing", repo=repo, host=host)
    if status in (429, 503):
        return Problem("hub_busy", host=host, seconds=seconds_of(headers.get("retry-after", "")))
    return Problem("hub_failed", host=host, status=status)


def seconds_of(retry_after: str) -> int:
    """The header Retry-After in seconds; 0 where it says nothing usable."""
    return int(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0
