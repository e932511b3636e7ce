"""What a kind of message is, and how it is found.

Law of this module: whatever one kind has of its own stands in its module, and no transport names a kind. Where a
way does not carry it, the kind says in words why not. Loading a kind loads neither the HTTP library nor X12.

Confidence, wherever something is `sure`: H = seen in code or vendor documents that run against Blue Cherry, M =
one credible source, L = our reading: ask CGS before you rely on it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from attrs import field, frozen
from pydantic import BaseModel

from clarus_bluecherry._nearest import nearest
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.bluecherry.messages.delivery import DeliveryStatus
    from clarus_bluecherry.bluecherry.messages.sent import Message
    from clarus_bluecherry.bluecherry.profile import RestProfile
    from clarus_bluecherry.bluecherry.rest_names import Envelopes
    from clarus_bluecherry.bluecherry.sheets.shapes import Shape
    from clarus_bluecherry.http._call import Json
    from clarus_bluecherry.x12 import Segment

R = TypeVar("R", bound=BaseModel)
M = TypeVar("M", bound=BaseModel)

Sure = Literal["H", "M", "L"]
Columns = dict[str, "Json"]
Told = dict[str, object]


class FileHolds(enum.Enum):
    """What a file of a kind is, where it travels in files (L)."""

    DOCUMENTS = "documents"
    """Each is a word of its own: it is settled by whoever keeps it."""
    SNAPSHOT = "a snapshot"
    """All there are: the newest file takes the place of those before it."""
    REPORTS = "reports"
    """What Blue Cherry says of messages that we sent: a later one stands."""


# By which way ------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class RestRead(Generic[R]):
    """How a kind is read over REST.

    GET `entity`. `records` makes a row's records, usually one.
    `is_document` rows have children and an envelope of their own, and can be asked for by what changed; others are
    small masters. `clauses` are columns and values that every read filters by, as the site sets them.
    """

    entity: str
    records: Callable[[Columns, Envelopes], tuple[R, ...]]
    sure: Sure
    is_document: bool = True
    clauses: Callable[[RestProfile], Mapping[str, str]] = lambda profile: {}


@frozen(kw_only=True)
class RestPost(Generic[M]):
    """How a kind is sent over REST: POST `entity` with the `body` of message, control number and profile.

    `same_reference`: several messages share one reference, so that only control numbers tell them apart.
    """

    entity: str
    body: Callable[[M, str, RestProfile], Columns]
    sure: Sure
    same_reference: bool = False


@frozen(kw_only=True)
class X12Set(Generic[R]):
    """One set that a kind travels in.

    `write` gives the segments between ST and SE of message, control number and form; `read` the fields of the
    message (of several, where a set is as many) of such segments. In a set that other kinds travel in, too, `mine`
    says whether one is of this kind; or a reference in its head, of the qualifier `mark` unless the site has
    another one (`form.mark`). Kinds that know theirs are asked first.
    """

    id: str
    write: Callable[[R, str, Form], list[Segment]]
    read: Callable[[Sequence[Segment], Form], Told | list[Told]]
    sure: Sure
    mine: Callable[[Sequence[Segment], Form], bool] | None = None
    mark: str = ""


@frozen(kw_only=True)
class SheetLines:
    """How a kind is spread over the lines of a file, beside its own fields; no layout is published (L).

    `key` tells which lines belong to one document; without its first field nothing can be told. Blanks around it
    do not count, nor around `members`, by which lines are told to be of one member of a list. `lists` are its
    lists, by the name that their fields begin with; `singles` members of a list that stand beside the header, told
    apart by a fixed value (list, column, value). `more` are further records by what their fields begin with,
    `extra` single fields, `own` the names of lists that `lines` and `build` see to, where the message is spread in
    a way of its own.
    """

    key: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    lists: Mapping[str, str] = field(factory=dict)
    singles: Mapping[str, tuple[str, str, str]] = field(factory=dict)
    more: Mapping[str, type[BaseModel]] = field(factory=dict)
    extra: Mapping[str, type] = field(factory=dict)
    own: tuple[str, ...] = ()
    lines: Callable[[BaseModel], Iterable[Told]] | None = None
    build: Callable[[Sequence[Mapping[str, object]]], Told] | None = None
    sure: Sure = "L"


@frozen(kw_only=True)
class Said:
    """What a report says of a message of ours, which is known by control number, or else by kind and reference.

    `word` is the site's own, whose meaning it sets; `status` where the report itself says what it means.
    """

    control_number: str = ""
    kind: str = ""
    reference: str = ""
    word: str = ""
    status: DeliveryStatus | None = None


# The kind ----------------------------------------------------------------------------------------------------


@frozen(kw_only=True, eq=False)
class Kind(Generic[R]):
    """A kind of message: its record, and how it travels each way, or in words why it does not.

    `name` is its module's, `key` the field that a person knows a record by. `x12` may be several sets: the first
    is written, or the one that the site chooses.
    `holds` says what a file of it is; `counts` what one record adds to the size of a snapshot (a code, a SKU),
    each thing once; without it every record is one more. `is_of_a_window`: old things leave it by themselves, so
    that only their number tells of a loss. `says` is what a report says of a message of ours.
    `stands_for` is what it is to people, for the docs. `is_usual`: every site has it, unless it says otherwise.

    >>> from clarus_bluecherry.bluecherry.kinds import pick_ticket
    >>> str(pick_ticket.PICK_TICKET), pick_ticket.PICK_TICKET.title, pick_ticket.PICK_TICKET.rest.entity
    ('pick_ticket', 'pick ticket', 'pick')
    """

    name: str
    model: type[R]
    key: str
    stands_for: str
    rest: RestRead[R] | RestPost[R] | str
    x12: tuple[X12Set[R], ...] | str
    sheet: SheetLines | str
    holds: FileHolds = FileHolds.DOCUMENTS
    counts: Callable[[R], Iterable[Hashable]] | None = None
    is_of_a_window: bool = False
    says: Callable[[R], Said | None] | None = None
    is_usual: bool = True

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """What a person calls one."""
        return self.name.replace("_", " ")

    @property
    def is_sent(self) -> bool:
        """Whether we tell it; all others are read."""
        from clarus_bluecherry.bluecherry.messages.sent import Message

        return issubclass(self.model, Message)

    def number_of(self, record: R) -> str:
        """What a person knows a record by."""
        return str(getattr(record, self.key, ""))

    @cached_property
    def sets(self) -> Mapping[str, X12Set[R]]:
        """The sets that it travels in, by their id."""
        return {} if isinstance(self.x12, str) else {each.id: each for each in self.x12}

    @cached_property
    def shape(self) -> Shape:
        """How it becomes lines of a file. Raises `ConfigurationError` where it does not."""
        from clarus_bluecherry.bluecherry.sheets.shapes import Shape

        return Shape.of(self)


def kind_named(name: str) -> Kind[BaseModel]:
    """The kind of this name. Raises `ConfigurationError`, with the nearest, when there is none."""
    if name not in names():
        meant = nearest(name, names())
        hint = f"; did you mean {meant}?" if meant else f": there are {', '.join(names())}"
        raise ConfigurationError(f"{name!r} is no kind of message{hint}", field="kind")
    return _made(name)


@cache
def _made(name: str) -> Kind[BaseModel]:
    """A sheet asks for each cell, and does not import it again for each."""
    found: Kind[BaseModel] = getattr(import_module(f"{_PACKAGE}.{name}"), name.upper())
    return found


def kind_of(message: Message) -> Kind[BaseModel]:
    """The kind of a message that we send. Raises `InvalidRecord` for one that no kind knows."""
    try:
        return kind_named(message.kind)
    except ConfigurationError:
        raise InvalidRecord(f"{message.kind!r} is not a kind of message", field="kind") from None


@cache
def names() -> tuple[str, ...]:
    """The name of every kind: of each module of this package that is not private."""
    from pkgutil import iter_modules

    path = import_module(_PACKAGE).__path__
    return tuple(sorted(each.name for each in iter_modules(path) if not each.name.startswith("_")))


@cache
def every_kind() -> tuple[Kind[BaseModel], ...]:
    """Every kind, by name."""
    return tuple(map(kind_named, names()))


_PACKAGE = __name__.rpartition(".")[0]
