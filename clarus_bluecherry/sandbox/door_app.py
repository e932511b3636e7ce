"""The door as a Starlette application: a POST of a verb's arguments makes the people act.

Law of this module: it decides nothing: it asks the `Staff`. Who does not know the key finds nothing here. A
refusal is an answer like any other (200): what failed was the people's work, not the request.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from pydantic import ConfigDict, ValidationError, validate_call

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.sandbox.faults import AsgiApp
from clarus_bluecherry.sandbox.staff import VERBS, Staff
from clarus_bluecherry.sandbox.told import Done, NotDone, to_json

need("starlette", extra="sandbox", purpose="the sandbox's door")

from starlette.applications import Starlette  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import Response  # noqa: E402
from starlette.routing import Route  # noqa: E402

_READ = validate_call(config=ConfigDict(coerce_numbers_to_str=True))
"""Numbers come as text and codes as numbers, as people type them."""


def door_app(staff: Staff, key: str) -> AsgiApp:
    """The ASGI application behind which `staff` wait: `POST /<key>/<verb>`."""
    verbs: dict[str, Callable[..., Done]] = {verb: _READ(getattr(staff, verb)) for verb in VERBS}

    async def act(request: Request) -> Response:
        body = await request.body()
        return Response(to_json(_done(verbs, request.path_params["verb"], body)), media_type="application/json")

    return Starlette(routes=[Route(f"/{key}/{{verb}}", act, methods=["POST"])])


def _done(verbs: dict[str, Callable[..., Done]], verb: str, body: bytes) -> Done | ClarusBluecherryError:
    if verb not in verbs:
        return NotDone(f"there is no verb {verb!r} among {', '.join(sorted(verbs))}")
    arguments = _read(body)
    if arguments is None:
        return NotDone("the arguments are not a JSON object", record=verb)
    try:
        return verbs[verb](**arguments)
    except ValidationError as error:
        return NotDone(_in_words(error), record=verb)
    except ClarusBluecherryError as error:
        return error


def _read(body: bytes) -> dict[str, object] | None:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _in_words(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg'].lower()}" for one in found)
