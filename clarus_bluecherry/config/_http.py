"""How both systems are asked over HTTP, as the site file says it.

Law of this module: it is `http.Settings`, without what only code can say.
"""

from __future__ import annotations

from typing import Annotated

from clarus_bluecherry.config._beside import BESIDE
from clarus_bluecherry.config._section import NO_PASSWORD, OR_NOTHING, OpenText
from clarus_bluecherry.config._tables import AsTable
from clarus_bluecherry.http._limiter import RateLimiter
from clarus_bluecherry.http._settings import Settings

_LIMITER = AsTable(RateLimiter(1.0), without=("clock", "sleep", "async_sleep"), needed=("rate",))

HTTP = AsTable(
    Settings(),
    without=("observers", "clock", "monotonic"),
    written={
        "headers": OpenText,
        "limiter": Annotated[Annotated[RateLimiter, _LIMITER] | None, OR_NOTHING],
        "proxy": Annotated[Annotated[str, NO_PASSWORD] | None, OR_NOTHING],
        "verify": bool | Annotated[str, BESIDE],
    },
)
"""`[clarus.http]` and `[bluecherry.http]`: see `http.Settings`."""
