"""One request over the network: refused while offline, written into the ledger, failures as Problems."""

from __future__ import annotations

import contextlib
import importlib.metadata
import logging
import ssl
import time
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit

import httpcore2
import httpx2

from qwendesk.api.http import Purpose, Request
from qwendesk.api.problem import Problem
from qwendesk.system.exchange import Exchange, Ledger, host_of

CONNECT_S = 15.0
_UPDATE_S = 2.0
_log = logging.getLogger(__name__)
for _name in ("httpx2", "httpcore2"):
    # They would log whole addresses, and those that hubs redirect to are signed: as good as a token.
    logging.getLogger(_name).setLevel(logging.WARNING)


class Wire:
    """Sends requests; knows nothing of redirects. Proxies and certificates are the system's."""

    def __init__(self, closed: Callable[[], Problem | None], ledger: Ledger) -> None:
        """`closed` says why nothing may leave now; it is asked before and during each request."""
        self._closed = closed
        self._ledger = ledger
        # Every read costs the same, whatever it brings: the usual 64 KiB limit large files.
        httpcore2.HTTP11Connection.READ_NUM_BYTES = 256 << 10
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._client = httpx2.Client(follow_redirects=False, cookies=no_cookies, trust_env=True)

    def send(self, request: httpx2.Request, purpose: Purpose) -> httpx2.Response:
        """The answer's head. Whoever gets it closes it. Raises Problems."""
        exchange = Exchange(host_of(str(request.url)) or request.url.host, request.method, purpose)
        patience = float((request.extensions.get("timeout") or {}).get("read") or 0)
        record = Record(exchange, self._ledger, self._closed, patience)
        # An encoded answer could be a bomb, and its bytes are not those that hashes speak of.
        request.headers["accept-encoding"] = "identity"
        exchange.bytes_out = _head_size(request.headers.raw) + len(str(request.url)) + len(_body(request))
        with record.failures():
            record.begin()
            response = self._client.send(request, stream=True, follow_redirects=False)
        exchange.status = response.status_code
        exchange.bytes_in = _head_size(response.headers.raw)
        encoding = response.headers.get("content-encoding", "identity")
        if encoding.lower() != "identity":
            response.close()
            with record.failures():
                raise Problem("answer_encoded", host=exchange.host, encoding=encoding)
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = CountedStream(response.stream, record)
        return response

    def close(self) -> None:
        self._client.close()


class Record:
    """The life of one exchange: begun, watched, ended exactly once."""

    def __init__(
        self, exchange: Exchange, ledger: Ledger, closed: Callable[[], Problem | None], patience: float
    ) -> None:
        """`patience` is how many seconds without a byte the request bears."""
        self.exchange = exchange
        self._patience = patience
        self._ledger = ledger
        self._closed = closed
        self._start = self._updated = time.monotonic()
        self._ended = False

    def begin(self) -> None:
        """Write it down, then look at the switch: what was refused is known, too."""
        self._ledger.begin(self.exchange)
        self._refuse_if_closed()

    def count(self, received: int) -> None:
        self.exchange.bytes_in += received
        if (now := time.monotonic()) - self._updated > _UPDATE_S:
            self._updated = now
            self._refuse_if_closed()
            self._ledger.update(self.exchange)

    def end(self, problem: str = "") -> None:
        if not self._ended:
            self._ended = True
            self.exchange.problem = problem
            self.exchange.seconds = time.monotonic() - self._start
            self._ledger.end(self.exchange)

    def _refuse_if_closed(self) -> None:
        if (reason := self._closed()) is not None:
            raise reason

    @contextlib.contextmanager
    def failures(self) -> Iterator[None]:
        """What fails inside is a Problem, and the exchange has ended with it."""
        try:
            yield
        except Problem as problem:
            self.end(problem.id)
            raise
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError, ValueError) as error:
            found = as_problem(error, self.exchange.host, self._patience)
            _log.info("A request to %s failed: %s", self.exchange.host, found)
            self.end(found.id)
            raise found from error
        except BaseException:
            self.end("stopped")
            raise


class CountedStream(httpx2.SyncByteStream):
    """A body whose bytes are counted, and whose end is written down."""

    def __init__(self, inner: httpx2.SyncByteStream, record: Record) -> None:
        self._inner = inner
        self._record = record

    def __iter__(self) -> Iterator[bytes]:
        with self._record.failures():
            for piece in self._inner:
                self._record.count(len(piece))
                yield piece

    def close(self) -> None:
        self._inner.close()
        self._record.end()


def as_problem(error: Exception, host: str, patience: float) -> Problem:
    """A failure of the network by its id."""
    detail = str(error) or type(error).__name__
    chain = list(_chain(error))
    if any(isinstance(one, ssl.SSLError) for one in chain):
        return Problem("tls_failed", host=host, detail=detail)
    # socket.gaierror; its name is enough, so that this file needs no sockets.
    if any(type(one).__name__ in ("gaierror", "herror") for one in chain):
        return Problem("host_unknown", host=host, detail=detail)
    if isinstance(error, httpx2.ReadTimeout | httpx2.WriteTimeout):
        return Problem("connection_stalled", host=host, seconds=patience)
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError):
        return Problem("connection_failed", host=host, detail=detail)
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol | ValueError):
        return Problem("address_unusable", url=host or detail)
    return Problem("connection_lost", host=host, detail=detail)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _head_size(headers: list[tuple[bytes, bytes]]) -> int:
    return 16 + sum(len(name) + len(value) + 4 for name, value in headers)


def _body(request: httpx2.Request) -> bytes:
    try:
        return request.content
    except httpx2.RequestNotRead:
        return b""


def built(request: Request, url: str, method: str, secret: dict[str, str]) -> httpx2.Request:
    """The request to one address on the way. Raises Problem `address_unusable`."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Problem("address_unusable", url=url.partition("?")[0].rpartition("@")[2][:200])
    patience = request.patience_s
    timeout = httpx2.Timeout(patience, connect=min(CONNECT_S, patience), pool=60.0)
    try:
        return httpx2.Request(
            method,
            url,
            headers={"user-agent": _user_agent(), "accept": "*/*", **request.headers, **secret},
            content=request.body if method == request.method else None,
            extensions={"timeout": timeout.as_dict()},
        )
    except (httpx2.InvalidURL, ValueError, TypeError) as error:
        raise Problem("address_unusable", url=host_of(url)) from error


def _user_agent() -> str:
    try:
        return f"qwendesk/{importlib.metadata.version('qwendesk')}"
    except importlib.metadata.PackageNotFoundError:
        return "qwendesk"
