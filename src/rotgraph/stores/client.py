"""In: requests to one store. Out: its answers, tried again where that is safe. Room: stores.

Only verbs that may be repeated are (GET, PUT, DELETE, and POST of a query): three more times after 0.5, 1 and 2 seconds with
jitter, or after what ``Retry-After`` says, on 429, 5xx and broken connections; never on another 4xx. Redirects are followed on the
same host only. User, password and token come from the URL, the environment (``ROTGRAPH_USER``, ``ROTGRAPH_PASSWORD``,
``ROTGRAPH_TOKEN``) or ``.netrc``, go to no other host and stand in no message.
"""

from __future__ import annotations

import netrc
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from rotgraph.errors import StoreError, not_installed
from rotgraph.late import dataclass
from rotgraph.stores.profiles import Address

if TYPE_CHECKING:
    import httpx

__all__ = ["Client"]

PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each new try."""
LONGEST_WAIT = 60.0
"""Seconds that a store may ask for by ``Retry-After``."""
_MOST_REDIRECTS = 5
_SHOWN = 200
"""Characters of a store's own words that a message quotes."""


@dataclass
class Client:
    """Speaks to one store."""

    address: Address
    timeout: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    _http: Any = field(default=None, repr=False)

    def send(
        self, verb: str, url: str, *, params: Sequence[tuple[str, str]] = (), headers: Mapping[str, str] | None = None,
        content: bytes = b"", again: bool = True, missing: bool = False,
    ) -> httpx.Response:  # fmt: skip
        """One request; ``again`` says that it may be repeated, ``missing`` that 404 is an answer.

        Raises:
            StoreError: what the store answered, or that it could not be reached.
            UnsupportedOperationError: httpx is not installed.
        """
        http = self._opened()
        import httpx

        failure = ""
        for number in range(len(PAUSES) + 1):
            wait: float | None = None
            try:
                response = self._once(http, verb, url, params, headers or {}, content)
            except (httpx.TransportError, httpx.StreamError) as error:
                failure = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            else:
                if response.status_code < 300 or (missing and response.status_code == 404):
                    return response
                failure = _said(response)
                if response.status_code != 429 and response.status_code < 500:
                    break
                wait = _retry_after(response)
            if not again or number == len(PAUSES):
                break
            self.sleep(PAUSES[number] * (1 + self.jitter() / 4) if wait is None else min(wait, LONGEST_WAIT))
        raise StoreError(f"{verb} {url}: {failure}")

    def _once(
        self, http: Any, verb: str, url: str, params: Sequence[tuple[str, str]], headers: Mapping[str, str], content: bytes
    ) -> httpx.Response:
        target, query = url, list(params)
        for _ in range(_MOST_REDIRECTS):
            response: httpx.Response = http.request(verb, target, params=query or None, headers=headers, content=content or None)
            if response.status_code not in (307, 308):
                return response
            following = urljoin(str(response.url), response.headers.get("location", ""))
            if _origin(following) != _origin(url):
                raise StoreError(f"{verb} {url}: the store sends us to {_origin(following)[1]}, another host; ask there yourself")
            target, query = following, []
        raise StoreError(f"{verb} {url}: more than {_MOST_REDIRECTS} redirects")

    def _opened(self) -> Any:
        if self._http is None:
            try:
                import httpx
            except ImportError:
                raise not_installed("speaking to a store", "httpx", "stores") from None
            auth, headers = self._credentials()
            secure = self.address.base.startswith("https:")  # without it certificates are not even loaded
            self._http = httpx.Client(auth=auth, headers=headers, timeout=self.timeout, follow_redirects=False, verify=secure)
        return self._http

    def _credentials(self) -> tuple[Any, dict[str, str]]:
        import httpx

        token = os.environ.get("ROTGRAPH_TOKEN", "")
        user, password = self.address.user, self.address.password
        if not user:
            user, password = os.environ.get("ROTGRAPH_USER", ""), os.environ.get("ROTGRAPH_PASSWORD", "")
        if not user and not token:
            user, password = _netrc(self.address.host)
        if user:
            return (httpx.DigestAuth if self.address.profile.digest else httpx.BasicAuth)(user, password), {}
        return None, {"Authorization": f"Bearer {token}"} if token else {}

    def close(self) -> None:
        """Give the connections back."""
        if self._http is not None:
            self._http.close()
            self._http = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _netrc(host: str) -> tuple[str, str]:
    try:
        found = netrc.netrc(os.environ.get("NETRC")).authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return "", ""
    return (found[0], found[2] or "") if found else ("", "")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.rpartition("@")[2]


def _said(response: httpx.Response) -> str:
    words = " ".join(response.text[: 4 * _SHOWN].split())[:_SHOWN]
    hint = {
        401: " (user and password come from ROTGRAPH_USER and ROTGRAPH_PASSWORD, or .netrc)",
        403: " (this user may not)",
    }.get(response.status_code, "")
    return f"{response.status_code} {response.reason_phrase}{hint}{': ' if words else ''}{words}"


def _retry_after(response: httpx.Response) -> float | None:
    try:
        return max(0.0, float(response.headers.get("retry-after", "")))
    except ValueError:  # missing, or a date: then our own pauses
        return None
