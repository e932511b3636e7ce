"""A small folder of exports, for tests of how a close reads them."""

import json

from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app

SETTINGS = 'zone = "America/New_York"\nas_of = "2026-10-31"\n'
STOCK = "Product,Warehouse,Quantity,Exported At\nA,NJ,90,2026-11-04T12:00:00Z\n"
OPENING = "SKU,Location,Quantity,As Of\nA,NJ,100,2026-09-30\n"


def written(folder, *, settings=SETTINGS, **files):
    """A folder of files; one `clarus`-like default of each that is not given is not there."""
    folder.mkdir(exist_ok=True)
    (folder / "close.toml").write_text(settings, "utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def closed(folder, *options):
    """What `close --from` prints."""
    done = CliRunner().invoke(app, ["close", "--from", str(folder), "--json", *options])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return json.loads(done.stdout)


def causes(document):
    """Every cause and what is unexplained: item, location, class, status, document, units."""
    told = []
    for line in document["lines"]:
        place = line["item"], line["location"]
        told += [(*place, c["class"], c["status"], c["document"], c["units"]) for c in line["causes"]]
        if line["unexplained"] != "0":
            told.append((*place, "", "unexplained", "", line["unexplained"]))
    return told


def kinds(document):
    """The kinds of exceptions, those aside that only say that a file is not there."""
    return [each["kind"] for each in document["exceptions"] if each["kind"] != "missing_source"]
