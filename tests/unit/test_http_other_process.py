"""A client belongs to the process that first used it, and is of no use once closed: both are said plainly."""

import asyncio
import os

import httpx
import pytest
from http_world import READ, WRITE, Loopback, answer_bytes, call

from clarus_bluecherry import AsyncClarus, Clarus
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.http import AsyncSender, Sender, StaticToken

URL = "http://wms.test"


def answered(request):
    return httpx.Response(200, json={"id": 1})


def in_child(work):
    """What `work` returns as text in a child of this process, or its error."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover
        try:
            said = str(work())
        except ConfigurationError as error:
            said = f"{type(error).__name__}: {error}"
        except BaseException as error:  # noqa: BLE001 - told to the parent
            said = repr(error)
        os.write(writes, said.encode())
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
class TestFork:
    def test_a_client_that_was_used_is_refused_in_a_child_and_serves_on_in_its_parent(self):
        kept = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n1"
        with Loopback(kept, answer_bytes(b"2")) as server, Sender(server.url) as sender:
            assert sender.send(call(READ)) == 1
            copied = sender.with_options(timeout=5)
            for each in (sender, copied):
                said = in_child(lambda each=each: each.send(call(READ)))
                assert said.startswith("ConfigurationError: field client: ")
                assert "another process" in said
                assert "Make the client in the child" in said
            assert len(server.requests) == 1

    def test_one_that_was_only_made_before_is_good_in_a_child(self):
        with Sender(URL, transport=httpx.MockTransport(answered)) as sender:
            assert in_child(lambda: sender.send(call(READ))) == "{'id': 1}"
            assert sender.send(call(READ)) == {"id": 1}

    def test_closing_in_a_child_is_no_error(self):
        sender = Sender(URL, transport=httpx.MockTransport(answered))
        sender.send(call(READ))
        assert in_child(sender.close) == "None"
        assert sender.send(call(READ)) == {"id": 1}
        sender.close()

    def test_one_for_asyncio_as_well(self):
        async def main():
            sender = AsyncSender(URL, transport=httpx.MockTransport(answered))
            return await sender.send(call(READ)), sender

        value, sender = asyncio.run(main())
        assert value == {"id": 1}
        assert "another process" in in_child(lambda: asyncio.run(sender.send(call(READ))))


# Closed ------------------------------------------------------------------------------------------------------

CLOSED = r"field client: this client was closed\."


@pytest.mark.parametrize("kind", [READ, WRITE])
def test_a_closed_sender_and_its_copies_say_so(kind):
    sender = Sender(URL, transport=httpx.MockTransport(answered))
    copied = sender.with_options(timeout=5)
    sender.close()
    for each in (sender, copied, sender.with_options(deadline=5)):
        with pytest.raises(ConfigurationError, match=CLOSED):
            each.send(call(kind))


def test_a_closed_sender_for_asyncio_and_its_copies_say_so():
    async def main():
        sender = AsyncSender(URL, transport=httpx.MockTransport(answered))
        copied = sender.with_options(timeout=5)
        await sender.close()
        for each in (sender, copied):
            with pytest.raises(ConfigurationError, match=CLOSED):
                await each.send(call(READ))

    asyncio.run(main())


def test_a_client_brought_along_and_closed_by_its_owner_is_told_as_well():
    client = httpx.Client(transport=httpx.MockTransport(answered))
    sender = Sender(URL, client=client)
    client.close()
    with pytest.raises(ConfigurationError, match=CLOSED):
        sender.send(call(READ))


def test_a_closed_tenant_says_so():
    with Clarus("acme", auth=StaticToken("t")) as clarus:
        quick = clarus.with_options(timeout=1)
    for each in (clarus, quick):
        with pytest.raises(ConfigurationError, match=CLOSED):
            each.goods_outs.cancel(7)

    async def main():
        async with AsyncClarus("acme", auth=StaticToken("t")) as clarus:
            pass
        with pytest.raises(ConfigurationError, match=CLOSED):
            await clarus.goods_outs.cancel(7)

    asyncio.run(main())
