"""Connections that a request given up leaves behind in the pool, counted as busy for ever.

Law of this module: after a request that failed, its connection serves others or is closed; nobody loses a place in
the pool. httpcore (1.0.9 at least) gives a waiting request its connection before it wakes, and does not take it
back when a cancellation or the end of the wait comes first; when one comes while an answer is closed, the place is
not given back either. Each such call costs a connection, until every call ends in a PoolTimeout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

import httpx


class _PoolConnection(Protocol):
    def is_idle(self) -> bool: ...
    def is_closed(self) -> bool: ...
    def close(self) -> None: ...
    async def aclose(self) -> None: ...


class _Sent(Protocol):
    extensions: Mapping[str, object]


class _PoolRequest(Protocol):
    request: _Sent
    connection: _PoolConnection | None


class _Pool(Protocol):
    _connections: list[_PoolConnection]
    _requests: list[_PoolRequest]
    _optional_thread_lock: AbstractContextManager[object]

    def _assign_requests_to_connections(self) -> list[_PoolConnection]: ...


_INSIDE = ("_connections", "_requests", "_optional_thread_lock", "_assign_requests_to_connections")


def close_orphans(client: httpx.Client, request: httpx.Request) -> None:
    """`request` has failed: give back what it held in the pools of `client`."""
    for connection in _orphans(client, request):
        connection.close()


async def aclose_orphans(client: httpx.AsyncClient, request: httpx.Request) -> None:
    """As `close_orphans`, for asyncio. The places are free even when this is cancelled."""
    for connection in _orphans(client, request):
        await connection.aclose()


def _orphans(client: httpx.Client | httpx.AsyncClient, request: httpx.Request) -> list[_PoolConnection]:
    """Connections to be closed that are in no pool any more; their places are given to those who wait."""
    return [each for pool in _pools(client) for each in _taken_back(pool, request)]


def _taken_back(pool: _Pool, request: httpx.Request) -> list[_PoolConnection]:
    with pool._optional_thread_lock:
        # httpcore's own request has the very dictionary of ours.
        left = [each for each in pool._requests if each.request.extensions is not request.extensions]
        serving = {id(each.connection) for each in left}
        orphans = [each for each in pool._connections if id(each) not in serving and _is_busy(each)]
        if not orphans and len(left) == len(pool._requests):
            return []
        pool._requests[:] = left
        pool._connections[:] = [each for each in pool._connections if each not in orphans]
        return orphans + pool._assign_requests_to_connections()


def _is_busy(connection: _PoolConnection) -> bool:
    return not (connection.is_idle() or connection.is_closed())


def _pools(client: httpx.Client | httpx.AsyncClient) -> Iterable[_Pool]:
    """httpx has no public way to its pools. One whose inside is not as we know it is left alone."""
    for transport in (client._transport, *client._mounts.values()):
        pool = getattr(transport, "_pool", None)
        if pool is not None and all(hasattr(pool, name) for name in _INSIDE):
            yield pool
