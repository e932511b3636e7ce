"""A transport of one's own that was written for another shape is told what to do, when it is handed over."""

import pytest

from clarus_bluecherry.bluecherry import AsyncBlueCherry, BlueCherry
from clarus_bluecherry.errors import ConfigurationError, Retry


class Yesterday:
    """A method for each kind of message, as a transport was."""

    def picks(self, changed_since=None):
        return iter(())

    styles = production_orders = picks

    def locations(self):
        return iter(())

    carriers = locations

    def send(self, message, control_number):
        raise AssertionError(message)

    def probe(self, kind, control_number, reference):
        raise AssertionError(kind)

    def ping(self):
        return "yesterday"

    def close(self):
        pass


@pytest.mark.parametrize("client", [BlueCherry, AsyncBlueCherry], ids=lambda client: client.__name__)
def test_a_transport_of_yesterdays_shape_is_told_what_to_do_in_one_sentence(client):
    with pytest.raises(ConfigurationError) as caught:
        client(Yesterday())
    assert caught.value.what == "Yesterday is no transport: it has no read"
    assert caught.value.field == "bluecherry.transport"
    assert caught.value.retry is Retry.POINTLESS
    told = caught.value.action
    assert told.count(".") == 1, "one sentence"
    for word in ("picks, styles", "read(kind, since)", "Delivery", "NotCarried"):
        assert word in told


@pytest.mark.parametrize("given", [None, "https://erp.example", object()], ids=["none", "text", "object"])
def test_what_is_no_transport_at_all_lacks_every_method(given):
    with pytest.raises(ConfigurationError, match="it has no read, send, probe, ping, close"):
        BlueCherry(given)
