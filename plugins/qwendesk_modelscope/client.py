"""Questions to ModelScope: {"Code": 200, "Success": true, "Data": ...} or a Problem."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from qwendesk.api.http import Answer, Purpose, Request
from qwendesk.api.problem import Problem
from qwendesk.api.sources import SourceContext


class Client:
    """Over the application's HTTP door, with the user's token where there is one."""

    def __init__(self, context: SourceContext) -> None:
        self._context = context

    def secret(self) -> dict[str, str]:
        """The token as a header; its cookie is what the hub's own downloads send."""
        token = self._context.secret("modelscope")
        return {"authorization": f"Bearer {token}", "cookie": f"m_session_id={token}"} if token else {}

    def data(
        self, url: str, purpose: Purpose, repo: str, body: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        """The part `Data` of an answer. Raises Problems."""
        request = Request(
            url,
            purpose,
            "GET" if body is None else "PUT",
            headers={"accept": "application/json", "content-type": "application/json"},
            secret=self.secret(),
            body=None if body is None else json.dumps(body).encode(),
        )
        answer = self._context.http.ask(request, most_bytes=32 << 20)
        return _data(answer, repo)

    def text(self, url: str, purpose: Purpose, repo: str, most: int) -> str:
        """A small text file."""
        answer = self._context.http.ask(Request(url, purpose, secret=self.secret()), most_bytes=most)
        if answer.status != 200:
            raise _problem(answer, repo)
        return answer.body.decode("utf-8", "replace")


def _data(answer: Answer, repo: str) -> dict[str, Any]:
    if answer.status != 200:
        raise _problem(answer, repo)
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise _wrong(answer, str(error)) from error
    if not isinstance(found, dict) or not isinstance(found.get("Data"), dict):
        raise _wrong(answer, "no data")
    if found.get("Success") is False:
        raise _wrong(answer, str(found.get("Message") or found.get("Code")))
    return dict(found["Data"])


def _wrong(answer: Answer, detail: str) -> Problem:
    return Problem("hub_answer_wrong", host=urlsplit(answer.url).netloc, detail=detail[:200])


def _problem(answer: Answer, repo: str) -> Problem:
    host, status = urlsplit(answer.url).netloc, answer.status
    if status in (401, 403):
        return Problem("hub_unauthorized", host=host, repo=repo)
    if status == 404:
        return Problem("repo_missing", repo=repo, host=host)
    if status in (429, 503):
        wait = answer.headers.get("retry-after", "")
        seconds = int(wait) if wait.isascii() and wait.isdigit() else 0
        return Problem("hub_busy", host=host, seconds=seconds)
    return Problem("hub_failed", host=host, status=status)
