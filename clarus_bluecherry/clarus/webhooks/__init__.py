"""Webhooks from Clarus: what they say, the receiver, its ASGI and WSGI faces, and how to set them up."""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy
from clarus_bluecherry.clarus.webhooks._events import EVENTS, NEEDED, EventReading
from clarus_bluecherry.clarus.webhooks._notice import WebhookNotice, read_notice, read_notices
from clarus_bluecherry.clarus.webhooks._receiver import CallOutcome, Inbox, Receiver, WebhookReply, new_token

if TYPE_CHECKING:
    from clarus_bluecherry.clarus.webhooks._asgi import AsgiApp, asgi_app
    from clarus_bluecherry.clarus.webhooks._automations import (
        Subscription,
        WebhookStatus,
        check,
        check_async,
        install,
        install_async,
    )
    from clarus_bluecherry.clarus.webhooks._wsgi import wsgi_app

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
    "read_notices",
    "wsgi_app",
]

__getattr__ = lazy(
    __name__,
    {
        "AsgiApp": "_asgi",
        "WebhookStatus": "_automations",
        "Subscription": "_automations",
        "asgi_app": "_asgi",
        "check": "_automations",
        "check_async": "_automations",
        "install": "_automations",
        "install_async": "_automations",
        "wsgi_app": "_wsgi",
    },
)
