"""What a record refuses becomes an error that names the record a person knows and the field, not the value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from clarus_bluecherry.errors import InvalidRecord


@contextmanager
def checked(record: str, *, field: str = "") -> Iterator[None]:
    """Turn a failed validation inside the block into `InvalidRecord` for `record`.

    `field` is where an error belongs that names no field of its own. A value that a wire record refused is left
    out of the text: it may be a customer's address.
    """
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise InvalidRecord(first["msg"], record=record, field=place or field) from None
    except InvalidRecord as error:
        if error.record.startswith(record):
            raise
        raise InvalidRecord(
            error.what, record=record, field=error.field or field, action=error.action, retry=error.retry
        ) from error
