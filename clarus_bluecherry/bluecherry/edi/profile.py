"""What one site's X12 is like: qualifiers, codes and partners that CGS's guides leave open or nobody publishes.

Law of this module: nothing here is a certainty. Each setting says what its default rests on (H = CGS's guide or
the standard's list, M = practice of apparel warehouses, L = our reading), and no other module spells it out.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from clarus_bluecherry.bluecherry.edi.cgs import CGS
from clarus_bluecherry.bluecherry.kinds import kind_named
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.model import ShipmentPart, Units
from clarus_bluecherry.x12 import Delimiters, Partners, Profile
from clarus_bluecherry.x12._stream import refuse_other_than_ascii


@frozen(kw_only=True)
class Parts:
    """How the parts of a SKU stand on an item line.

    Style, colour and size are product qualifiers (VA, VE and SZ are the standard's seller's codes, M); label and
    dimension are references behind the line, as CGS's receipt guide has the label (H that it does, L for the
    qualifiers). The UPC has an element of its own.
    """

    style: str = "VA"
    color: str = "VE"
    size: str = "SZ"
    label: str = "LB"
    dimension: str = "DM"


@frozen(kw_only=True)
class References:
    """Qualifiers of references (N9) and parties (N1)."""

    line: str = "LI"
    """The order line that an item belongs to. Receipts must name it (H); `LI` is the standard's (M)."""
    order: str = "CO"
    """The sales order's number (M)."""
    shipper: str = "SV"
    """Blue Cherry's own code of the carrier (L)."""
    division: str = "19"
    """The division of a pick ticket (H for the list; that a pick ticket tells it, L). Empty: it is not kept."""
    reason: str = "RZ"
    """The reason of an adjustment in the site's own code (L)."""
    warehouse: str = "WH"
    """The party that is the warehouse, by its location code (H for the list)."""
    ship_from: str = "SF"
    ship_to: str = "ST"
    bill_to: str = "BT"
    vendor: str = "SU"
    own_code: str = "92"
    """Says that a party's code is the buyer's own (H for the list)."""


@frozen(kw_only=True)
class Reasons:
    """Codes of element 181 for what moves stock. 56, 06 and AA were confirmed by one partner (M), CR is ours (L).

    The quantity carries the sign, whatever the code: it is never applied twice.
    """

    increase: str = "56"
    decrease: str = "06"
    count: str = "AA"
    returned: str = "CR"


@frozen(kw_only=True)
class ReportingCodes:
    """What a shipment's W0601 says. CGS takes only these (H): N original, R partial with the balance to follow, X
    cannot ship the balance (header only).

    Which of them the last part with goods has is not said: N, for no balance follows it, is our reading (L).
    """

    whole: str = "N"
    partial: str = "R"
    last: str = "N"
    nothing: str = "X"
    """The last part when nothing is left to ship: its lines are left out. Empty: it goes as `last`, with them."""

    def of(self, part: ShipmentPart, *, nothing: bool) -> str:
        """The code of a `part`, of which `nothing` was shipped."""
        if part is ShipmentPart.LAST:
            return (self.nothing if nothing else "") or self.last
        return self.partial if part is ShipmentPart.PARTIAL else self.whole

    def part(self, code: str) -> ShipmentPart:
        """The part that a code means; a code that means several, or none of them, is a whole order's."""
        meant = {self.nothing: ShipmentPart.LAST, self.last: ShipmentPart.LAST, self.partial: ShipmentPart.PARTIAL}
        return ShipmentPart.WHOLE if code in ("", self.whole) else meant.get(code, ShipmentPart.WHOLE)


def _sets_of_kinds(profile: object, attribute: object, value: Mapping[str, str]) -> None:
    for kind, set_id in value.items():
        known = kind_named(kind).sets
        if set_id not in known:
            what = f"{set_id!r} is no set of a {kind}: there is {' or '.join(known) or 'none'}"
            raise ConfigurationError(what, record="X12Profile", field="sets")


def _marks_of_kinds(profile: object, attribute: object, value: Mapping[str, str]) -> None:
    for kind, mark in value.items():
        if not mark.strip() or not any(each.mark for each in kind_named(kind).sets.values()):
            what = (
                f"documents of a {kind} are known by no reference"
                if mark.strip()
                else f"that of a {kind} is empty"
            )
            raise ConfigurationError(what, record="X12Profile", field="marks")


def _a_charset(profile: object, attribute: object, value: str) -> None:
    if value:
        refuse_other_than_ascii(value)


@frozen(kw_only=True)
class X12Profile:
    """One site's X12. `partners` is how we send: we are the sender."""

    partners: Partners
    delimiters: Delimiters = field(default=Delimiters(line_end="\n"))
    parts: Parts = Parts()
    references: References = References()
    reasons: Reasons = Reasons()
    reporting: ReportingCodes = ReportingCodes()
    unit: str = "EA"
    """The unit of measure that means the item's each: written, and the only one that is taken (H for the list)."""
    also_each: frozenset[str] = frozenset()
    """Further codes that this partner means the each by, such as UN or PC. None is taken for it unasked."""
    units: Units = field(factory=Units)
    """Other units, and how many eaches they are: a quantity in one of them is taken."""
    sets: Mapping[str, str] = field(factory=dict, validator=_sets_of_kinds)
    """Kind → the set that it is sent as, where it has several: a return to stock is a 947, or a 180 (L)."""
    marks: Mapping[str, str] = field(factory=dict, validator=_marks_of_kinds)
    """Kind → the qualifier of the reference (N9) by which its documents are known from others in the same set."""
    charset: str = field(default="", validator=_a_charset)
    """The charset of what comes (`cp1252`). Empty: UTF-8, or where it cannot be that, Windows-1252 or Latin-1."""
    also_from: frozenset[str] = frozenset()
    """Further identifiers (ISA06) that the partner sends under. An interchange of anybody else is refused."""
    also_for: frozenset[str] = frozenset()
    """Further identifiers (ISA08) that we are known by. An interchange for anybody else is refused."""
    also_releases: frozenset[str] = frozenset()
    """Releases beside 004010 (`005010`) whose sets are taken, although their bodies cannot be checked."""
    answers_ta1: bool = True
    """Whether an interchange that asks for a TA1 gets one."""
    kinds: frozenset[str] = frozenset()
    """The kinds beside the usual ones that this site has: only those claim documents."""
    cost: str = "UCP"
    """Says in a catalog (832) that a price is the standard cost (L; the list has it as unit cost price)."""
    transport_mode: str = "M"
    """Motor (L for the default)."""
    demands: Profile | None = CGS
    """What the partner asks for beyond the standard, checked before anything is sent."""

    @property
    def eaches(self) -> frozenset[str]:
        """Every code that means the item's each."""
        return frozenset(code.upper() for code in (self.unit, *self.also_each))
