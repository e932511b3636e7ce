"""Which proxy stands between us and a server, for the texts of errors.

Law of this module: nothing is routed here. It tells in words what httpx does by the same settings and variables,
and never the proxy's credentials.
"""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

import httpx


def proxy_before(url: httpx.URL, given: str | None) -> str:
    """Host and port of the proxy that requests to `url` go through, or nothing. `given` is the settings'.

    >>> proxy_before(httpx.URL("https://wms.example"), "http://me:secret@proxy.example:3128")
    'proxy.example:3128'
    """
    proxy = given or _of_the_system(url)
    return httpx.URL(proxy if "://" in proxy else f"http://{proxy}").netloc.decode() if proxy else ""


def _of_the_system(url: httpx.URL) -> str:
    known = getproxies()
    return "" if proxy_bypass(url.host) else known.get(url.scheme) or known.get("all", "")
