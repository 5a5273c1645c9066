"""The one HTTP door: written down, refused while offline, secrets kept, hostile answers limited."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx2
import pytest

from fakes.hub import Fault, Hub
from qwendesk.api.http import Purpose, Request
from qwendesk.api.problem import Problem
from qwendesk.system.http import Door

from .conftest import Book, Switch

PURPOSE = Purpose("pull", "file", "acme/tiny")
CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub({"acme/tiny": {"tiny.gguf": CONTENT}}) as made:
        yield made


def file_at(hub: Hub, **more: object) -> Request:
    return Request(f"{hub.url}/acme/tiny/resolve/main/tiny.gguf", PURPOSE, **more)  # type: ignore[arg-type]


def problem(door: Door, request: Request) -> Problem:
    with pytest.raises(Problem) as caught:
        door.ask(request)
    return caught.value


def test_an_answer_and_its_entry(door: Door, hub: Hub, book: Book) -> None:
    answer = door.ask(file_at(hub))
    assert (answer.status, answer.body) == (200, CONTENT)
    entry = book.ended[0]
    assert (entry.host, entry.method, entry.status) == (hub.url[7:], "GET", 200)
    assert (entry.purpose, entry.problem) == (PURPOSE, "")
    assert entry.bytes_in > len(CONTENT)
    assert entry.bytes_out > 0
    assert entry.seconds is not None
    assert book.begun[0].seconds is None


def test_offline_nothing_is_opened_and_it_is_written_down(
    door: Door, hub: Hub, book: Book, switch: Switch
) -> None:
    switch.reason = Problem("offline")
    assert problem(door, file_at(hub)).id == "offline"
    assert not hub.seen
    assert [(one.status, one.problem) for one in book.ended] == [(None, "offline")]


def test_a_client_for_libraries_takes_the_same_door(door: Door, hub: Hub, book: Book, switch: Switch) -> None:
    client = door.client(lambda: Purpose("search", "model list"))
    assert client.get(f"{hub.url}/api/models").status_code == 200
    assert book.ended[0].purpose.what == "model list"
    switch.reason = Problem("offline")
    with pytest.raises(Problem) as caught:
        client.get(f"{hub.url}/api/models")
    assert caught.value.id == "offline"
    assert len(hub.seen) == 1
    client.close()
    switch.reason = None
    assert door.ask(file_at(hub)).status == 200  # closing a library's client closes nobody else's connections


def test_a_secret_does_not_follow_to_another_host(door: Door, hub: Hub) -> None:
    with Hub({"acme/tiny": {"tiny.gguf": CONTENT}}) as elsewhere:
        hub.faults.append(Fault("tiny.gguf", redirect=elsewhere.url))
        answer = door.ask(file_at(hub, secret={"authorization": "Bearer s3cret"}, headers={"x-plain": "1"}))
        assert answer.body == CONTENT
        assert answer.url.startswith(elsewhere.url)
        assert hub.seen[0].headers["authorization"] == "Bearer s3cret"
        assert "authorization" not in elsewhere.seen[0].headers
        assert elsewhere.seen[0].headers["x-plain"] == "1"


def test_a_secret_follows_on_the_same_host(door: Door, hub: Hub) -> None:
    hub.faults.append(Fault("tiny.gguf", times=1, redirect=hub.url))
    door.ask(file_at(hub, secret={"authorization": "Bearer s3cret"}))
    assert [one.headers.get("authorization") for one in hub.seen] == ["Bearer s3cret"] * 2


def test_redirects_end(door: Door, hub: Hub, book: Book) -> None:
    hub.faults.append(Fault("tiny.gguf", redirect=hub.url))
    assert problem(door, file_at(hub)).id == "too_many_redirects"
    assert len(book.ended) == len(hub.seen) == 9


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://[bad"])
def test_redirects_to_nowhere(door: Door, hub: Hub, target: str) -> None:
    hub.faults.append(Fault("tiny.gguf", status=302, headers={"Location": target}))
    assert problem(door, file_at(hub)).id in ("address_unusable", "redirect_refused")


def test_a_redirect_from_safe_to_open_is_refused() -> None:
    from qwendesk.system.http import _target

    with pytest.raises(Problem) as caught:
        _target("https://hub.example/x", "http://hub.example/x")
    assert caught.value.id == "redirect_refused"
    assert _target("https://a.example/x/y", "../z") == "https://a.example/z"


def test_large_answers_are_cut_off(door: Door, hub: Hub, book: Book) -> None:
    with pytest.raises(Problem) as caught:
        door.ask(file_at(hub), most_bytes=1000)
    assert caught.value.id == "body_too_large"
    assert book.ended


def test_an_encoded_answer_is_refused(door: Door, hub: Hub) -> None:
    hub.faults.append(Fault("tiny.gguf", garbage=b"\x1f\x8b", headers={"Content-Encoding": "gzip"}))
    assert problem(door, file_at(hub)).id == "answer_encoded"
    assert hub.seen[0].headers["accept-encoding"] == "identity"


def test_cookies_are_not_kept(door: Door, hub: Hub) -> None:
    hub.faults.append(Fault("tiny.gguf", times=1, garbage=b"", headers={"Set-Cookie": "id=1"}))
    door.ask(file_at(hub))
    door.ask(file_at(hub))
    assert "cookie" not in hub.seen[1].headers


def test_nothing_for_too_long(door: Door, hub: Hub, book: Book) -> None:
    hub.faults.append(Fault("tiny.gguf", stall_at=1000))
    found = problem(door, file_at(hub, patience_s=0.2))
    assert found.id == "connection_stalled"
    assert found.arguments["seconds"] == 0.2
    assert book.ended[0].problem == "connection_stalled"
    assert book.ended[0].bytes_in >= 1000


def test_a_connection_that_breaks(door: Door, hub: Hub) -> None:
    hub.faults.append(Fault("tiny.gguf", cut_at=1000))
    assert problem(door, file_at(hub)).id == "connection_lost"


def test_nobody_listens(door: Door, book: Book) -> None:
    with Hub({}) as gone:
        address = gone.url
    assert problem(door, Request(address, PURPOSE)).id == "connection_failed"
    assert book.ended[0].problem == "connection_failed"


@pytest.mark.parametrize(
    "url", ["ftp://x/y", "nonsense", "http://", "http://[::1", "http://127.0.0.1:99999/"]
)
def test_addresses_that_are_none(door: Door, url: str) -> None:
    assert problem(door, Request(url, PURPOSE)).id == "address_unusable"


def test_unknown_hosts_and_certificates_have_words_of_their_own() -> None:
    import socket
    import ssl

    from qwendesk.system.wire import as_problem

    unknown = httpx2.ConnectError("no")
    unknown.__cause__ = socket.gaierror(-2, "Name or service not known")
    assert as_problem(unknown, "h", 1.0).id == "host_unknown"
    unsafe = httpx2.ConnectError("no")
    unsafe.__cause__ = ssl.SSLCertVerificationError("self-signed")
    assert as_problem(unsafe, "h", 1.0).id == "tls_failed"


def test_who_reads_can_be_told_to_stop(door: Door, hub: Hub, book: Book) -> None:
    hub.faults.append(Fault("tiny.gguf", stall_at=1000))
    with door.stream(file_at(hub)) as stream:
        waiting = threading.Thread(target=lambda: (hub.stalled.wait(), stream.abort()), daemon=True)
        waiting.start()
        with pytest.raises(Problem) as caught:
            for _ in stream.pieces():
                pass
        waiting.join()
    assert caught.value.id == "connection_lost"


def test_the_switch_ends_streams_under_way(
    door: Door, hub: Hub, switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qwendesk.system.wire._UPDATE_S", 0.0)
    with door.stream(file_at(hub)) as stream:
        switch.reason = Problem("offline")
        with pytest.raises(Problem) as caught:
            list(stream.pieces())
    assert caught.value.id == "offline"


def test_the_environment_s_proxy_is_used(door: Door, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", hub.url)
    answer = door.ask(Request("http://hub.example/acme/tiny", PURPOSE))
    assert answer.status == 404
    assert hub.seen[0].headers["host"] == "hub.example"


def test_errors_of_the_hub_are_answers(door: Door, hub: Hub) -> None:
    hub.faults.append(Fault(status=503, headers={"Retry-After": "7"}))
    answer = door.ask(file_at(hub))
    assert (answer.status, answer.headers["retry-after"]) == (503, "7")


def test_addresses_and_secrets_are_in_no_log(door: Door, hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    request = file_at(hub, secret={"authorization": "Bearer s3cret"})
    hub.faults.append(
        Fault("tiny.gguf", times=1, status=302, headers={"Location": f"{hub.url}/x?sign=s1gned"})
    )
    door.ask(request)
    hub.faults.append(Fault("tiny.gguf", cut_at=10))
    assert problem(door, request).id == "connection_lost"
    assert "s3cret" not in repr(request) + caplog.text
    assert "s1gned" not in caplog.text
