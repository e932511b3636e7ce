"""What a wire record refuses becomes an error that names the canonical record and the field, not the value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from clarus_bluecherry.errors import InvalidRecord


@contextmanager
def checked(record: str) -> Iterator[None]:
    """Turn a failed wire validation inside the block into `InvalidRecord` for `record`.

    The refused value is left out of the text: it may be a customer's address.
    """
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise InvalidRecord(first["msg"], record=record, field=field) from None
