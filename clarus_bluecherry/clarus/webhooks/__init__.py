"""Webhooks from Clarus: what they say, the receiver, its ASGI and WSGI faces, and how to set them up."""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy
from clarus_bluecherry.clarus.webhooks.events import EVENTS, NEEDED, EventReading
from clarus_bluecherry.clarus.webhooks.notice import WebhookNotice, read_notice
from clarus_bluecherry.clarus.webhooks.receiver import CallOutcome, Inbox, Receiver, WebhookReply, new_token

if TYPE_CHECKING:
    from clarus_bluecherry.clarus.webhooks.asgi import AsgiApp, asgi_app
    from clarus_bluecherry.clarus.webhooks.automations import (
        Subscription,
        WebhookStatus,
        check,
        check_async,
        install,
        install_async,
    )
    from clarus_bluecherry.clarus.webhooks.wsgi import wsgi_app

__all__ = [
    "EVENTS",
    "NEEDED",
    "AsgiApp",
    "CallOutcome",
    "EventReading",
    "Inbox",
    "Receiver",
    "Subscription",
    "WebhookNotice",
    "WebhookReply",
    "WebhookStatus",
    "asgi_app",
    "check",
    "check_async",
    "install",
    "install_async",
    "new_token",
    "read_notice",
    "wsgi_app",
]

__getattr__ = lazy(
    __name__,
    {
        "AsgiApp": "asgi",
        "WebhookStatus": "automations",
        "Subscription": "automations",
        "asgi_app": "asgi",
        "check": "automations",
        "check_async": "automations",
        "install": "automations",
        "install_async": "automations",
        "wsgi_app": "wsgi",
    },
)
