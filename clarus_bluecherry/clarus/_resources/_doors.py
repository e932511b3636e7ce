"""What a resource is made of: lists, operations, and writes whose keywords are those of their record.

Law of this module: an operation is a function that returns a `Call`, a list one that returns a `Listing`. What
becomes of it is decided by the door that its resource stands behind, and told to type checkers by the kind of that
door. Nothing here knows a resource.
"""

from __future__ import annotations

import inspect
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping
from functools import cached_property, wraps
from types import MethodType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
    cast,
    get_args,
    overload,
)

from pydantic import BaseModel

from clarus_bluecherry._nearest import nearest
from clarus_bluecherry.clarus._envelopes import RecordId, checked, checked_id
from clarus_bluecherry.clarus._resources._lists import ListOptions
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._paging import Portion, Told
    from clarus_bluecherry.clarus._reading.answers import Saved
    from clarus_bluecherry.clarus._reading.node import Node

P = ParamSpec("P")
W = ParamSpec("W")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
M = TypeVar("M", bound=BaseModel)
N = TypeVar("N", bound="Node")

# Doors -------------------------------------------------------------------------------------------------------


class Door:
    """Where the calls of a resource go."""

    @abstractmethod
    def _carry(self, call: Call[Any]) -> object:
        """What the user gets for `call`."""

    @abstractmethod
    def _list(self, listing: Listing[Any]) -> object:
        """What the user gets for `listing`."""


class Data(Door):
    """Nothing is sent: calls and lists stay data."""

    def _carry(self, call: Call[Any]) -> Call[Any]:
        return call

    def _list(self, listing: Listing[Any]) -> Listing[Any]:
        return listing


class Sync(Door):
    """A client for threads."""


class Async(Door):
    """A client for an event loop."""


D_co = TypeVar("D_co", bound=Door, covariant=True)


class Reads(Protocol):
    """What a list needs of a client."""

    def iterate(self, listing: Listing[N], /) -> Iterator[N]: ...
    def first(self, listing: Listing[N], /) -> N | None: ...
    def all(self, listing: Listing[N], /, *, unread: Told | None) -> list[N]: ...
    def pages(self, listing: Listing[N], /) -> Iterator[Portion[N]]: ...


class AsyncReads(Protocol):
    """The same of a client for asyncio."""

    def iterate(self, listing: Listing[N], /) -> AsyncIterator[N]: ...
    async def first(self, listing: Listing[N], /) -> N | None: ...
    async def all(self, listing: Listing[N], /, *, unread: Told | None) -> list[N]: ...
    def pages(self, listing: Listing[N], /) -> AsyncIterator[Portion[N]]: ...


class Listed(Generic[N]):
    """The rows of a list, read as you go: `for row in ...`, `.first()`, `.all()`, `.pages()`.

    Each row comes once, though the list may change meanwhile. Nothing is asked before you ask, and everything
    again each time you do.
    """

    def __init__(self, clarus: Reads, listing: Listing[N]) -> None:
        self._clarus = clarus
        self.listing = listing

    def __iter__(self) -> Iterator[N]:
        return self._clarus.iterate(self.listing)

    def __repr__(self) -> str:
        return f"<rows of {self.listing.root}, not read yet>"

    def first(self) -> N | None:
        """The first row, or None. Raises `UnreadRows` when it is there and cannot be read."""
        return self._clarus.first(self.listing)

    def all(self, *, unread: Told | None = None) -> list[N]:
        """Every row. Those that cannot be read go to `unread`; without it `UnreadRows` is raised in the end."""
        return self._clarus.all(self.listing, unread=unread)

    def pages(self) -> Iterator[Portion[N]]:
        """Page by page: its rows, those that cannot be read, and Clarus's own time."""
        return self._clarus.pages(self.listing)


class AsyncListed(Generic[N]):
    """`Listed` for asyncio: `async for row in ...`, `await ....first()`, `await ....all()`, `async for` pages."""

    def __init__(self, clarus: AsyncReads, listing: Listing[N]) -> None:
        self._clarus = clarus
        self.listing = listing

    def __aiter__(self) -> AsyncIterator[N]:
        return self._clarus.iterate(self.listing)

    def __repr__(self) -> str:
        return f"<rows of {self.listing.root}, not read yet>"

    async def first(self) -> N | None:
        """The first row, or None. Raises `UnreadRows` when it is there and cannot be read."""
        return await self._clarus.first(self.listing)

    async def all(self, *, unread: Told | None = None) -> list[N]:
        """Every row. Those that cannot be read go to `unread`; without it `UnreadRows` is raised in the end."""
        return await self._clarus.all(self.listing, unread=unread)

    def pages(self) -> AsyncIterator[Portion[N]]:
        """Page by page: its rows, those that cannot be read, and Clarus's own time."""
        return self._clarus.pages(self.listing)


# Lists and operations ----------------------------------------------------------------------------------------


class Resource(Generic[D_co]):
    """Everything that Clarus can be asked about one kind of record."""

    _records: ClassVar[Records]

    def __init__(self, door: D_co) -> None:
        self._given = door

    @property
    def _door(self) -> D_co:
        return self._given

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(name for name in dir(self) if not name.startswith('_'))}>"


class operation(Generic[P, T]):  # noqa: N801 - a decorator
    """One request: a function that returns its `Call`."""

    def __init__(self, make: Callable[Concatenate[Any, P], Call[T]]) -> None:
        takes = tuple(inspect.signature(make).parameters.values())[1:]
        places = [each.name for each in takes]
        ids = [each.name for each in takes if each.annotation == "RecordId"]

        @wraps(make)
        def made(owner: Resource[Door], /, *args: P.args, **kwargs: P.kwargs) -> object:
            given = {**dict(zip(places, args, strict=False)), **kwargs}
            for name in ids:
                if name in given:
                    checked_id(given[name], name)
            return owner._door._carry(make(owner, *args, **kwargs))

        self._made = made

    @overload
    def __get__(self, owner: Resource[Data], kind: type | None = None) -> Callable[P, Call[T]]: ...
    @overload
    def __get__(self, owner: Resource[Sync], kind: type | None = None) -> Callable[P, T]: ...
    @overload
    def __get__(self, owner: Resource[Async], kind: type | None = None) -> Callable[P, Coroutine[Any, Any, T]]: ...
    @overload
    def __get__(self, owner: None, kind: type | None = None) -> Callable[..., object]: ...
    def __get__(self, owner: Resource[Door] | None, kind: type | None = None) -> object:
        return self._made if owner is None else MethodType(self._made, owner)


class listing(Generic[P, N]):  # noqa: N801 - a decorator
    """A list: a function that returns its `Listing`, of the filters in the TypedDict that it unpacks.

    A filter that the TypedDict does not have is refused by type checkers, and here before anything is sent.
    """

    def __init__(self, make: Callable[Concatenate[Any, P], Listing[N]]) -> None:
        self.filters = _unpacked(make)
        signature = _spread(make, self.filters)
        known = signature.parameters.keys()

        @wraps(make)
        def made(owner: Resource[Door], /, *args: P.args, **kwargs: P.kwargs) -> object:
            if not known >= kwargs.keys():
                raise _unknown(kwargs, known, type(owner).__name__)
            return owner._door._list(make(owner, *args, **kwargs))

        made.__dict__["__signature__"] = signature
        self._made = made

    @overload
    def __get__(self, owner: Resource[Data], kind: type | None = None) -> Callable[P, Listing[N]]: ...
    @overload
    def __get__(self, owner: Resource[Sync], kind: type | None = None) -> Callable[P, Listed[N]]: ...
    @overload
    def __get__(self, owner: Resource[Async], kind: type | None = None) -> Callable[P, AsyncListed[N]]: ...
    @overload
    def __get__(self, owner: None, kind: type | None = None) -> Callable[..., object]: ...
    def __get__(self, owner: Resource[Door] | None, kind: type | None = None) -> object:
        return self._made if owner is None else MethodType(self._made, owner)


def _unpacked(make: Callable[..., object]) -> Mapping[str, Any]:
    """The filters by name, with their types as written. Only this one annotation is looked up: the others would
    load the records that they name."""
    written = make.__annotations__.get("filters")
    if written is None:
        return {}
    (filters,) = get_args(eval(written, make.__globals__) if isinstance(written, str) else written)
    return {name: getattr(kind, "__forward_arg__", kind) for name, kind in filters.__annotations__.items()}


def _spread(make: Callable[..., object], filters: Mapping[str, Any]) -> inspect.Signature:
    """The signature with a keyword for each filter, as a reader of `help` wants it."""
    written = inspect.signature(make)
    own = [each for each in written.parameters.values() if each.kind is not each.VAR_KEYWORD]
    spread = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=..., annotation=kind)
        for name, kind in filters.items()
    ]
    return written.replace(parameters=[*own, *spread])


def _unknown(given: Iterable[str], known: Iterable[str], where: str) -> InvalidRecord:
    known = [name for name in known if name != "self"]
    wrong = next(name for name in given if name not in known)
    names = [name for name in known if name not in ListOptions.__annotations__]
    near = nearest(wrong, names)
    meant = f": did you mean {near!r}?" if near else ""
    return InvalidRecord(
        f"{where} are not filtered by {wrong!r}{meant}",
        field=wrong,
        action=f"Known are {', '.join(names)}; what only your tenant knows goes into where={{...}}.",
    )


# Writes ------------------------------------------------------------------------------------------------------


class Writing(Generic[P, W, T_co]):
    """A create or a change: call it with the fields of its record by name, or hand it the record to `of`.

    Ids come first, by place. Only the fields that are given are sent; None clears one.
    """

    def __init__(self, owner: Resource[Door], write: writes[P, W, Any]) -> None:
        self._owner = owner
        self._write = write
        self.__name__ = write.make.__name__
        self.__doc__ = write.make.__doc__

    def __call__(self, *args: P.args, **fields: P.kwargs) -> T_co:
        """Check the fields, then make the call of them. Raises `InvalidRecord` naming record and field."""
        return self._carried(args, fields)

    def of(self, *args: W.args, **kwargs: W.kwargs) -> T_co:
        """The same for a record that you hold, behind the ids."""
        given: tuple[Any, ...] = (*args, *kwargs.values())
        return self._carried(given[:-1], given[-1])

    def _carried(self, ids: tuple[Any, ...], given: Any) -> T_co:
        record = self._write.checked(self._owner, ids, given)
        return cast(T_co, self._owner._door._carry(self._write.make(self._owner, *ids, record)))

    @property
    def __signature__(self) -> inspect.Signature:
        return self._write.signature

    def __repr__(self) -> str:
        return f"{type(self._owner).__name__}.{self.__name__}{self.__signature__}"


class writes(Generic[P, W, T]):  # noqa: N801 - a decorator's
    """Makes `Writing` of a function that takes ids and a record of `model`."""

    def __init__(self, model: Callable[..., BaseModel], make: Callable[..., Call[T]], *, creating: bool) -> None:
        self.model = cast(type[BaseModel], model)
        self.make = make
        self._creating = creating
        self._ids = tuple(inspect.signature(make).parameters.values())[1:-1]

    @overload
    def __get__(self, owner: Resource[Data], kind: type | None = None) -> Writing[P, W, Call[T]]: ...
    @overload
    def __get__(self, owner: Resource[Sync], kind: type | None = None) -> Writing[P, W, T]: ...
    @overload
    def __get__(
        self, owner: Resource[Async], kind: type | None = None
    ) -> Writing[P, W, Coroutine[Any, Any, T]]: ...
    @overload
    def __get__(self, owner: None, kind: type | None = None) -> Callable[..., object]: ...
    def __get__(self, owner: Resource[Door] | None, kind: type | None = None) -> object:
        return self.make if owner is None else Writing(owner, self)

    def checked(self, owner: Resource[Door], ids: tuple[Any, ...], given: Any) -> BaseModel:
        """The record that was `given`, by its fields or as one."""
        if len(ids) != len(self._ids):
            wanted = ", ".join(each.name for each in self._ids) or "nothing"
            raise TypeError(f"{self.make.__qualname__}() takes {wanted} by place and the fields by name")
        for each, id_ in zip(self._ids, ids, strict=True):
            checked_id(id_, each.name)
        if isinstance(given, self.model):
            return given
        fields, records = dict(given), owner._records
        name = records.called(fields, *ids) if self._creating else records.at(*ids)
        for field in fields.keys() - self.model.model_fields.keys():
            near = nearest(field, self.model.model_fields)
            meant = f"did you mean {near!r}?" if near else f"see {self.model.__name__}"
            raise InvalidRecord(f"there is no such field: {meant}", record=name, field=field)
        record: BaseModel = checked(self.model, given, name)
        return record

    @cached_property
    def signature(self) -> inspect.Signature:
        """Ids by place, then the record's fields by name."""
        self.model.model_rebuild()  # before it is built, pydantic knows no fields' names
        ids = [each.replace(kind=inspect.Parameter.POSITIONAL_ONLY) for each in self._ids]
        written = {name: kind for base in reversed(self.model.__mro__) for name, kind in _written(base).items()}
        fields = [
            each.replace(annotation=written[name])
            for name, each in inspect.signature(self.model).parameters.items()
        ]
        fields.sort(key=lambda each: each.default is not inspect.Parameter.empty)
        return inspect.signature(self.make).replace(parameters=[*ids, *fields])


def _written(kind: type) -> dict[str, Any]:
    """The types of a record's own fields, as they are written: what pydantic makes of them is long."""
    return inspect.get_annotations(kind)


def creates(model: Callable[P, M]) -> Callable[[Callable[[Any, M], Call[T]]], writes[P, [M], T]]:
    """A create: of the fields of `model`."""
    return lambda make: writes(model, make, creating=True)


def creates_under(
    model: Callable[P, M],
) -> Callable[[Callable[[Any, RecordId, M], Call[T]]], writes[Concatenate[RecordId, P], [RecordId, M], T]]:
    """A create under a parent, whose id comes first."""
    return lambda make: writes(model, make, creating=True)


def updates(
    model: Callable[P, M],
) -> Callable[[Callable[[Any, RecordId, M], Call[T]]], writes[Concatenate[RecordId, P], [RecordId, M], T]]:
    """A change: the record's id, then those fields of `model` that change."""
    return lambda make: writes(model, make, creating=False)


def updates_under(
    model: Callable[P, M],
) -> Callable[
    [Callable[[Any, RecordId, RecordId, M], Call[T]]],
    writes[Concatenate[RecordId, RecordId, P], [RecordId, RecordId, M], T],
]:
    """A change under a parent: its id, the record's id, then those fields of `model` that change."""
    return lambda make: writes(model, make, creating=False)


class Deletable(Resource[D_co]):
    """Records that can be deleted one by one."""

    @operation
    def delete(self, record_id: RecordId) -> Call[Saved]:
        """Delete the record. Clarus refuses what is in use. Repeated after a lost answer it may be `NotFound`."""
        return self._records.delete(record_id)
