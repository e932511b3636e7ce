"""What must not be seen in a log, a repr or an error text, taken out.

Law of this module: pure functions of text; when in doubt, hide. A hidden value leaves `***` in its place, never a
part of itself or its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

HIDDEN = "***"

_SECRET_NAME = re.compile(r"authori[sz]ation|cookie|secret|key|token|passw|passphrase|credential|signature", re.I)
_SECRET_WORD = (
    r"(?<![\w.-])([\w.-]{0,64}(?:secret|api[_-]?key|subscription[_-]?key|token|passw(?:or)?d|assertion|signature)"
    r"[\w.-]{0,64}[\"']?\s{0,4}[=:]\s{0,4}[\"']?)"
)


class SecretText(str):
    """Text that is a secret itself, such as the path of a webhook's URL: a repr does not show it.

    >>> SecretText("/services/T0/B0/abc")
    '***'
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(HIDDEN)


def is_secret_name(name: str) -> bool:
    """Whether a header or field called `name` holds something that must not be shown.

    >>> is_secret_name("Ocp-Apim-Subscription-Key"), is_secret_name("X-Clarus-Subdomain")
    (True, False)
    """
    return _SECRET_NAME.search(name) is not None


def redact_headers(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> dict[str, str]:
    """A copy of `headers` that may be shown: values of secret names hidden whole, the others cleaned as text.

    >>> redact_headers({"Authorization": "Bearer abc", "Accept": "application/json"})
    {'Authorization': '***', 'Accept': 'application/json'}
    """
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return {name: HIDDEN if is_secret_name(name) else redact_text(value) for name, value in pairs}


def redact_text(text: str) -> str:
    """`text` without tokens, passwords, long query values and e-mail addresses.

    A secret in the path of a URL (a webhook's, say) cannot be told from a name and stays: see `SecretText`.

    >>> redact_text("GET https://me:pw@host/x?code=5&api_key=abc sent to jo@example.com")
    'GET https://***@host/x?code=5&api_key=*** sent to ***'
    """
    for pattern, shown in _rules():
        text = pattern.sub(shown, text)
    return text


@cache
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What is hidden, and how. The patterns are dear: most programs that import this never need them."""
    return (
        # user:password@ before the host of a URL
        (re.compile(r"(://)[^/\s@]{1,512}@"), rf"\1{HIDDEN}@"),
        # Authorization: Bearer abc
        (re.compile(r"\b(bearer|basic|digest)\s+(?=[\w.~+/=-]{6})[\w.~+/=-]+", re.I), rf"\1 {HIDDEN}"),
        # client_secret=abc, "access_token": "abc", Ocp-Apim-Subscription-Key: abc
        (re.compile(_SECRET_WORD + r"[^\s\"'&,;<>]+", re.I), rf"\1{HIDDEN}"),
        # any long value in a query string
        (re.compile(r"([?&][\w.$\[\]%-]{1,64}=)[^\s&#\"'<>]{20,}"), rf"\1{HIDDEN}"),
        # a JSON web token, wherever it stands
        (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?"), HIDDEN),
        # an e-mail address
        (re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"), HIDDEN),
    )
