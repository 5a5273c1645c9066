"""Hugging Face and ModelScope: the same questions, answered over the one door."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.hub import COMMIT, Fault, Hub
from qwendesk.api.problem import Problem
from qwendesk.api.sources import ModelSource, RemoteFile, SourceContext
from qwendesk.system.exchange import Exchange
from qwendesk.system.http import Door

REPO, NAME = "acme/tiny-GGUF", "tiny-Q8_0.gguf"
CONTENT = b"weights" * 1000


class Book:
    def __init__(self) -> None:
        self.ended: list[Exchange] = []

    def begin(self, exchange: Exchange) -> None: ...

    update = begin

    def end(self, exchange: Exchange) -> None:
        self.ended.append(exchange)


@pytest.fixture
def hub() -> Iterator[Hub]:
    files = {NAME: CONTENT, "README.md": b"# Tiny\nKlein.\n", "config.json": b"{}"}
    with Hub({REPO: files, "acme/other": {"a.gguf": b"a"}, "else/tiny": {"b.gguf": b"b"}}) as made:
        yield made


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def secrets() -> dict[str, str]:
    return {}


@pytest.fixture
def source(
    request: pytest.FixtureRequest, hub: Hub, book: Book, secrets: dict[str, str]
) -> Iterator[ModelSource]:
    door = Door(lambda: None, book)
    values = {f"hub.{one}.endpoint": hub.url for one in ("huggingface", "modelscope")}
    context = SourceContext(door, lambda name: values.get(name, ""), secrets.get)
    if request.param == "huggingface":
        from qwendesk_huggingface.service import HuggingFace

        yield HuggingFace(context)
    else:
        from qwendesk_modelscope.service import ModelScope

        yield ModelScope(context)
    door.close()


both = pytest.mark.parametrize("source", ["huggingface", "modelscope"], indirect=True)
huggingface = pytest.mark.parametrize("source", ["huggingface"], indirect=True)
modelscope = pytest.mark.parametrize("source", ["modelscope"], indirect=True)


def problem(action: Callable[[], Any]) -> Problem:
    with pytest.raises(Problem) as caught:
        action()
    return caught.value


@both
def test_search(source: ModelSource, book: Book) -> None:
    assert [one.repo for one in source.search("tiny")] == [REPO, "else/tiny"]
    assert [one.repo for one in source.search("tiny", author="acme")] == [REPO]
    assert len(source.search("", limit=2)) == 2
    found = source.search("tiny-GGUF", sort="downloads")[0]
    assert found.licence == "apache-2.0"
    assert found.downloads
    assert found.updated
    assert {one.purpose.action for one in book.ended} == {"search"}
    assert {one.purpose.subject for one in book.ended} == {""}


@both
def test_files_with_sizes_and_hashes(source: ModelSource, book: Book) -> None:
    listing = source.list_files(REPO)
    files = {one.path: one for one in listing.files}
    assert files[NAME] == RemoteFile(NAME, len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())
    assert files["README.md"].sha256 or files["README.md"].git_sha1
    assert listing.model.repo == REPO
    assert {(one.purpose.what, one.purpose.subject) for one in book.ended} == {("file list", REPO)}


@both
def test_a_file_is_where_it_is_located(source: ModelSource, hub: Hub) -> None:
    import urllib.request

    listing = source.list_files(REPO)
    (location,) = source.locate(listing, next(one for one in listing.files if one.path == NAME))
    with urllib.request.urlopen(location.url) as answer:
        assert answer.read() == CONTENT


@both
def test_the_model_card(source: ModelSource) -> None:
    assert source.model_card(REPO) == "# Tiny\nKlein.\n"


@both
@pytest.mark.parametrize(
    ("fault", "id"),
    [
        (Fault(method="*", status=401), "hub_unauthorized"),
        (Fault(method="*", status=403), "hub_unauthorized"),
        (Fault(method="*", status=404), "repo_missing"),
        (Fault(method="*", status=429, headers={"Retry-After": "9"}), "hub_busy"),
        (Fault(method="*", status=503), "hub_busy"),
        (Fault(method="*", status=500), "hub_failed"),
        (Fault(method="*", garbage=b"<html>"), "hub_answer_wrong"),
        (Fault(method="*", garbage=b"[]"), "hub_answer_wrong"),
        (Fault(method="*", garbage=b'{"Code": 200, "Data": null}'), "hub_answer_wrong"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hubs_that_fail(source: ModelSource, hub: Hub, fault: Fault, id: str) -> None:
    hub.faults.append(fault)
    found = problem(lambda: source.list_files(REPO))
    assert found.id == id
    if fault.headers:
        assert found.arguments["seconds"] == 9
    assert len(hub.seen) == 1  # nobody tries again behind the queue's back


@both
@pytest.mark.parametrize("target", ["ftp://127.0.0.1", "http://[bad", "loop", "http://127.0.0.1:99999"])
def test_redirects_to_nowhere(source: ModelSource, hub: Hub, target: str) -> None:
    hub.faults.append(Fault("/api/", method="*", redirect=hub.url if target == "loop" else target))
    assert problem(lambda: source.list_files(REPO)).id in (
        *("address_unusable", "redirect_refused", "too_many_redirects"),
        *("host_unknown", "connection_failed", "connection_lost"),
    )


@both
@pytest.mark.parametrize("repo", ["", "x", "../..", "a/b/c", "a b/c", "a/b?c", "acme/..", "acme/\0"])
def test_names_that_are_none(source: ModelSource, repo: str) -> None:
    assert problem(lambda: source.list_files(repo)).id in ("repo_name_wrong", "repo_missing")


@both
def test_a_token_goes_to_its_hub_and_nowhere_else(
    source: ModelSource, hub: Hub, secrets: dict[str, str], book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    secrets |= {"huggingface": "s3cret-token", "modelscope": "s3cret-token"}
    with Hub({REPO: {NAME: CONTENT}}) as elsewhere:
        hub.faults.append(Fault("/api/", redirect=elsewhere.url))
        source.list_files(REPO)
        assert all("s3cret-token" in one.headers["authorization"] for one in hub.seen)
        assert elsewhere.seen
        assert not any("s3cret" in str(one.headers) for one in elsewhere.seen)
    assert "s3cret" not in str(book.ended)
    assert "s3cret" not in caplog.text


@huggingface
def test_a_gated_repository_names_the_page(source: ModelSource, hub: Hub, secrets: dict[str, str]) -> None:
    hub.gated.add(REPO)
    hub.token = "right"
    found = problem(lambda: source.list_files(REPO))
    assert (found.id, found.arguments["url"]) == ("repo_gated", f"{hub.url}/{REPO}")
    assert source.search("tiny-GGUF")[0].gated
    secrets["huggingface"] = "right"
    assert source.list_files(REPO).files


@huggingface
def test_a_listing_is_pinned_to_its_commit(source: ModelSource, hub: Hub) -> None:
    listing = source.list_files(REPO)
    assert listing.revision == COMMIT
    assert COMMIT in source.locate(listing, listing.files[0])[0].url
    assert problem(lambda: source.list_files(REPO, "nowhere")).id == "repo_missing"


@huggingface
def test_nothing_is_asked_beside_what_was_wanted(source: ModelSource, hub: Hub) -> None:
    source.search("tiny")
    source.list_files(REPO)
    paths = [one.path.partition("?")[0] for one in hub.seen]
    assert paths == ["/api/models", f"/api/models/{REPO}", f"/api/models/{REPO}/tree/{COMMIT}"]
    agents = {one.headers["user-agent"] for one in hub.seen}
    assert not any("torch" in one or "agent/" in one for one in agents)


@huggingface
def test_the_library_s_client_cannot_leave_otherwise(source: ModelSource, hub: Hub) -> None:
    source.search("tiny")
    client = sys.modules["huggingface_hub"].utils.get_session()
    assert type(client._transport).__module__ == "qwendesk.system.through"
    assert not any(client._mounts.values())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ENTRY = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("Path", "Size", "Sha256", "Type", "path", "size", "oid", "lfs", "type"), JSON),
)


@both
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    JSON
    | st.lists(ENTRY, max_size=3)
    | st.builds(lambda e: {"Code": 200, "Data": {"Files": e}}, st.lists(ENTRY))
)
def test_whatever_a_hub_answers_is_a_list_or_a_problem(source: ModelSource, hub: Hub, answer: object) -> None:
    import json

    hub.faults[:] = [Fault("/tree/", garbage=json.dumps(answer).encode())]
    hub.faults += [Fault("repo/files", garbage=json.dumps(answer).encode())]
    try:
        listing = source.list_files(REPO)
    except Problem:
        return
    for file in listing.files:
        assert isinstance(file.path, str)
        assert isinstance(file.size, int)
