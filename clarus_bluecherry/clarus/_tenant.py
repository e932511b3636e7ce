"""In what one Clarus tenant differs from the vendor's OpenAPI file.

Law of this module: calls are written against the vendor's file; everything that a tenant does otherwise is applied
here, to the call as data, so that whoever sends it sends the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from attrs import evolve, field, frozen

from clarus_bluecherry.clarus._envelopes import REST_PREFIX
from clarus_bluecherry.clarus._graphql import Listing
from clarus_bluecherry.clarus._reading.node import Node
from clarus_bluecherry.clarus._undocumented import UNDOCUMENTED_FIELDS
from clarus_bluecherry.clarus._writing.lines import DESTROY
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.http._call import Call, Json

T = TypeVar("T")
N = TypeVar("N", bound=Node)

BASE_URL = "https://clarus-api.com"
TOKEN_URL = "/oauth/token"
HEADER = "X-Clarus-Subdomain"


def _name(record: object, attribute: object, value: str) -> None:
    if not value or not all("!" <= character <= "~" for character in value):
        raise ConfigurationError("the subdomain is empty or cannot stand in a header", field="subdomain")


def _prefix(record: object, attribute: object, value: str) -> None:
    if value and (not value.startswith("/") or value.endswith("/")):
        raise ConfigurationError("the REST prefix begins with a slash and ends without one", field="rest_prefix")


@frozen
class Tenant:
    """A tenant by its subdomain.

    `rest_prefix` is where REST paths begin (the file says `/api`; some vendor samples `/api/v1`). `delete_verb`
    is what a removed line is called: the schema says `DESTROY`, the guides `REMOVE` (confidence medium).
    `extra_fields` are the fields by list that the tenant's nodes show beyond the vendor's examples; the default is
    our reading (`UNDOCUMENTED_FIELDS`, confidence medium): a tenant that lacks one answers `QueryFailed`.

    >>> from clarus_bluecherry.clarus import calls
    >>> call = Tenant("acme", rest_prefix="/api/v1").applied(calls.goods_outs.cancel(7))
    >>> call.path, call.headers[-1]
    ('/api/v1/goods_outs/7/cancel', ('X-Clarus-Subdomain', 'acme'))
    """

    subdomain: str = field(validator=_name)
    rest_prefix: str = field(default=REST_PREFIX, validator=_prefix)
    delete_verb: str = DESTROY
    extra_fields: Mapping[str, tuple[str, ...]] = field(default=UNDOCUMENTED_FIELDS, repr=False)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What every request says about the tenant."""
        return ((HEADER, self.subdomain),)

    def applied(self, call: Call[T]) -> Call[T]:
        """`call` as this tenant takes it."""
        is_rest = call.path.startswith(f"{REST_PREFIX}/")
        return evolve(
            call,
            path=self.rest_prefix + call.path.removeprefix(REST_PREFIX) if is_rest else call.path,
            headers=(*call.headers, *self.headers),
            json=self._spoken(call.json) if is_rest and self.delete_verb != DESTROY else call.json,
        )

    def asked(self, listing: Listing[N]) -> Listing[N]:
        """`listing` with the fields that this tenant shows."""
        more = self.extra_fields.get(listing.root, ())
        return evolve(listing, extra_fields=tuple(dict.fromkeys((*listing.extra_fields, *more))))

    def _spoken(self, body: Json) -> Json:
        """The body with this tenant's verb for removed lines."""
        if not isinstance(body, dict):
            return body
        return {
            name: self._lines(value) if name == "lines_changes" else self._spoken(value)
            for name, value in body.items()
        }

    def _lines(self, changes: Json) -> Json:
        if not isinstance(changes, list):
            return changes
        return [
            {**change, "type": self.delete_verb}
            if isinstance(change, dict) and change.get("type") == DESTROY
            else change
            for change in changes
        ]
