"""In: a URL, the name of a store. Out: where it takes queries, updates and graphs, and how it differs. Room: stores."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from rotgraph.errors import StoreError
from rotgraph.late import dataclass

__all__ = ["PROFILES", "Address", "Profile", "address_of", "masked"]


@dataclass(frozen=True, slots=True)
class Profile:
    """How one make of store is spoken to. Paths are below the address the user gives."""

    name: str
    query: str
    update: str
    graphs: str
    union: tuple[tuple[str, str], ...] = ()
    """What a query needs to see all graphs as one, where that is not the store's own way. It may hide the named ones."""
    staged: bool = False
    """Its `PUT` is not all or nothing: graphs go to a graph beside, and are moved over."""
    digest: bool = False
    """It asks for digest authentication."""
    others: tuple[str, ...] = ()
    """More of its paths that a user may have at hand."""


PROFILES: Mapping[str, Profile] = {
    each.name: each
    for each in (
        Profile("oxigraph", "/query", "/update", "/store", union=(("union-default-graph", "true"),)),
        Profile(
            "fuseki", "/query", "/update", "/data", union=(("default-graph-uri", "urn:x-arq:UnionGraph"),),
            others=("/sparql", "/get"),
        ),
        Profile("virtuoso", "/sparql", "/sparql-auth", "/sparql-graph-crud-auth", staged=True, digest=True),
        Profile("graphdb", "", "/statements", "/rdf-graphs/service"),
        Profile("rdf4j", "", "/statements", "/rdf-graphs/service"),
        Profile("stardog", "/query", "/update", "", union=(("default-graph-uri", "tag:stardog:api:context:all"),)),
        Profile("qlever", "", "", ""),
        Profile("neptune", "/sparql", "/sparql", "/sparql/gsp/"),
    )
}  # fmt: skip
"""Source: the stores' own documentation. Oxigraph and Virtuoso are tried against real servers where they are installed, the others
against servers of the tests that speak as that documentation says."""


@dataclass(frozen=True, slots=True)
class Address:
    """A store: its profile, and its URL without user and password."""

    profile: Profile
    base: str
    user: str = ""
    password: str = ""

    @property
    def query(self) -> str:
        return self.base + self.profile.query

    @property
    def update(self) -> str:
        return self.base + self.profile.update

    @property
    def graphs(self) -> str:
        return self.base + self.profile.graphs

    @property
    def host(self) -> str:
        return urlsplit(self.base).hostname or ""

    def __repr__(self) -> str:
        return f"Address({self.profile.name}, {self.base})"


def address_of(url: str, store: str = "") -> Address:
    """The address that a URL means; without ``store`` its make is guessed from the path.

    Raises:
        StoreError: no http or https URL, or no such make of store.

    Example:
        >>> address_of("http://localhost:7878/query").graphs
        'http://localhost:7878/store'
        >>> address_of("http://u:secret@localhost:8890/sparql")
        Address(virtuoso, http://localhost:8890)
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise StoreError(f"{masked(url)}: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreError(f"{masked(url)}: a store has an http or https URL, or is a folder: oxigraph:DIR")
    profile = PROFILES.get(store or _guess(parts.path))
    if profile is None:
        raise StoreError(f"no store {store!r}: there are {', '.join(PROFILES)}")
    path = parts.path.rstrip("/")
    for tail in sorted({profile.query, profile.update, profile.graphs, *profile.others} - {""}, key=len, reverse=True):
        if path.endswith(tail.rstrip("/")):
            path = path[: -len(tail.rstrip("/"))]
            break
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    base = urlunsplit((parts.scheme, f"{host}{port}", path, "", ""))
    return Address(profile, base, parts.username or "", parts.password or "")


def _guess(path: str) -> str:
    if "/repositories/" in path:
        return "rdf4j"
    if path.rstrip("/").endswith(("/sparql", "/sparql-auth", "/sparql-graph-crud-auth")):
        return "virtuoso"
    if path.rstrip("/").endswith("/data"):
        return "fuseki"
    return "oxigraph"


def masked(url: str) -> str:
    """A URL fit for a message: without user and password.

    Example:
        >>> masked("http://user:pw@host/x")
        'http://host/x'
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    place, slash, path = rest.partition("/")
    return f"{scheme}://{place.rpartition('@')[2]}{slash}{path}"
