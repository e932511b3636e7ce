"""A month as a controller worked it on paper, held against `close --from`: what each place must say, no more."""

import json
import os
from decimal import Decimal
from textwrap import dedent

from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app


def folder_of(path, files):
    """The files of a month, written as they stand; a name may have any end."""
    for name, text in files.items():
        (path / name).write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip().encode())
    return path


def asked(path, *more):
    """What `close` says of a folder, as its document."""
    done = CliRunner().invoke(app, ["close", "--from", str(path), "--json", *more])
    assert done.exit_code in {0, 1}, done.output
    if os.environ.get("CLOSE_BY_ENGINE"):
        _asked_of_the_engine(path, dict(zip(more[::2], more[1::2], strict=True)))
    return json.loads(done.stdout)


def _asked_of_the_engine(path, options):
    """The engine gives the judge's lines to the same question: of all twins in the long run, of some in any."""
    from clarus_bluecherry.finance.close import close_books
    from clarus_bluecherry.finance.close.engine import close_by_engine
    from clarus_bluecherry.flows.close_files import read_folder

    moments = {"as_of": options.get("--as-of", ""), "known_until": options.get("--known-until", "")}
    read = read_folder(path, **moments)
    judged = close_books(read.given, read.as_of, read.known).lines
    assert close_by_engine(read.given, read.as_of, read.known) == judged


def number(text):
    return None if text is None else Decimal(text)


def places(document):
    """Each place that is listed, in the words of the paper: quantities, causes, what is left, cost and value."""
    return {
        f"{line['item']} {line['location']}": (
            number(line["physical"]),
            number(line["book"]),
            {
                f"{each['class']} {each['status']} {each['document']}": number(each["units"])
                for each in line["causes"]
            },
            number(line["unexplained"]),
            number(line["unit_cost"]),
            number(line["value"]),
        )
        for line in document["lines"]
    }


def place(physical, book, causes=None, unexplained=0, cost=None, value=None):
    """One place of the paper."""
    return (
        number(str(physical)),
        number(str(book)),
        {name: Decimal(units) for name, units in (causes or {}).items()},
        Decimal(unexplained),
        number(cost),
        number(value),
    )


def holds(document, paper):
    """Every place is as on paper, and causes, values and sums foot."""
    found = places(document)
    wrong = {
        name: (found.get(name), paper.get(name))
        for name in found.keys() | paper.keys()
        if found.get(name) != paper.get(name)
    }
    assert not wrong, "\n" + "\n".join(
        f"{name}\n   found {was}\n   paper {due}" for name, (was, due) in sorted(wrong.items())
    )
    for line in document["lines"]:
        assert len({json.dumps(each) for each in line["causes"]}) == len(line["causes"])
        parts = sum((Decimal(each["units"]) for each in line["causes"]), Decimal(line["unexplained"]))
        assert parts == Decimal(line["variance"]) == Decimal(line["physical"]) - Decimal(line["book"]), line
    for side in document["rollforward"].values():
        assert side["foots"], side
    assert document["cogs"]["holds"], document["cogs"]


def roll(document, side):
    """The roll-forward of one side: each class with its units."""
    return {
        each["class"]: Decimal(each["units"])
        for each in document["rollforward"][side]["lines"]
        if Decimal(each["units"])
    }


def proof(document):
    """True and booked cost of what was sold, in units, and both lists by document."""
    cogs = document["cogs"]
    lists = [
        {f"{each['document']} {each['item']} {each['location']}": Decimal(each["units"]) for each in cogs[name]}
        for name in ("not_in_it", "does_not_belong")
    ]
    return Decimal(cogs["true"]["units"]), Decimal(cogs["booked"]["units"]), *lists


def said(document, kind):
    """The exceptions of one kind."""
    return [each for each in document["exceptions"] if each["kind"] == kind]
