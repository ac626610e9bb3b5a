"""Stores of other makes, as their documentation says that they speak: kept in step, asked, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("httpx")

import rotgraph
from rotgraph.errors import StoreError
from rotgraph.stores.profiles import PROFILES
from sparql_judges import JENA
from store_makes import MAKES, PASSWORD, TOKEN, USER, JenaHeld, serving
from store_steps import NOTES, in_step

pytestmark = pytest.mark.usefixtures("no_credentials")


def known(make: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment says who we are, as that make asks."""
    if MAKES[make].who == "basic":
        monkeypatch.setenv("ROTGRAPH_USER", USER)
        monkeypatch.setenv("ROTGRAPH_PASSWORD", PASSWORD)
    elif MAKES[make].who == "bearer":
        monkeypatch.setenv("ROTGRAPH_TOKEN", TOKEN)


def test_every_make_is_tried() -> None:
    assert MAKES.keys() | {"oxigraph", "virtuoso"} == PROFILES.keys()


@pytest.mark.parametrize("make", MAKES)
def test_a_store_is_kept_in_step(make: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known(make, monkeypatch)
    with serving(make) as first, serving(make) as second:
        in_step(first.url, second.url, make, first.graphs, second.graphs)
        refused = [request for request in first.requests if request[2] >= 400]
        assert not refused


@pytest.mark.skipif(not JENA, reason="Apache Jena (Debian's libapache-jena-java, jpype1) is not installed")
def test_jenas_own_datasets_are_kept_in_step(tmp_path: Path) -> None:
    with serving("fuseki", JenaHeld(tmp_path)) as first, serving("fuseki", JenaHeld(tmp_path)) as second:
        in_step(first.url, second.url, "fuseki", first.graphs, second.graphs)


@pytest.mark.parametrize("make", [name for name, make in MAKES.items() if make.who])
def test_a_stranger_is_told_where_user_and_token_come_from(make: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROTGRAPH_USER" if MAKES[make].who == "basic" else "ROTGRAPH_TOKEN", "nobody")
    monkeypatch.setenv("ROTGRAPH_PASSWORD", "not-it")
    with serving(make) as server:
        with pytest.raises(StoreError, match=r"ROTGRAPH_USER|this user may not") as refused:
            rotgraph.compile(NOTES).push(server.url, make)
        assert server.graphs() == {}
        assert not {"not-it", "nobody"} & set(str(refused.value).replace(":", " ").split())


@pytest.mark.parametrize(
    ("make", "path"),
    [
        ("fuseki", "/ds"), ("fuseki", "/ds/"), ("fuseki", "/ds/query"), ("fuseki", "/ds/sparql"), ("fuseki", "/ds/update"),
        ("fuseki", "/ds/data"), ("fuseki", "/ds/get"), ("rdf4j", "/rdf4j-server/repositories/v"),
        ("rdf4j", "/rdf4j-server/repositories/v/statements"), ("rdf4j", "/rdf4j-server/repositories/v/rdf-graphs/service"),
        ("graphdb", "/repositories/v"), ("graphdb", "/repositories/v/statements"), ("stardog", "/v"), ("stardog", "/v/query"),
        ("stardog", "/v/update"), ("qlever", ""), ("qlever", "/"), ("neptune", ""), ("neptune", "/sparql"),
        ("neptune", "/sparql/"), ("neptune", "/sparql/gsp/"),
    ],
)  # fmt: skip
def test_any_address_of_the_documentation_will_do(make: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known(make, monkeypatch)
    with serving(make) as server:
        graph = rotgraph.compile({"A.md": "# A\n"})
        url = server.url.removesuffix(server.make.base) + path
        assert graph.push(url, make).changes
        with rotgraph.connect(url, make) as store:
            assert store.query("notes show title").to_csv() == graph.query("notes show title").to_csv()
        assert all(status < 400 for _, _, status in server.requests)


@pytest.mark.parametrize(("make", "path"), [("rdf4j", "/rdf4j-server/repositories/v"), ("fuseki", "/ds/data")])
def test_a_make_is_known_by_its_path(make: str, path: str) -> None:
    with serving(make) as server:
        assert rotgraph.compile({"A.md": "# A\n"}).push(server.url.removesuffix(server.make.base) + path).changes


def test_a_store_of_another_make_is_no_success() -> None:
    """Who names the wrong make hears what the store says of it."""
    with serving("fuseki") as server, pytest.raises(StoreError, match="404"):
        rotgraph.compile({"A.md": "# A\n"}).push(server.url, "neptune")
