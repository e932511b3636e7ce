"""The commands about the site file, and how their help ends.

Law of this module: nothing is opened and nothing secret is shown.
"""

from __future__ import annotations

import json

import typer

from clarus_bluecherry import config
from clarus_bluecherry.cli.door import tell
from clarus_bluecherry.cli.helping import examples, helped
from clarus_bluecherry.cli.options import AsJson, SiteFileOption, print_json

config_app = typer.Typer(
    no_args_is_help=True,
    help="Look into the site file.",
    epilog=examples(
        "clarus-bluecherry config explain --site site.toml", "clarus-bluecherry config schema > site.schema.json"
    ),
)


@config_app.command(epilog=helped("clarus-bluecherry config explain --site site.toml"))
def explain(site: SiteFileOption, as_json: AsJson = False) -> None:
    """Show every setting: its value, its default, where it came from, and how sure we are of the default.

    H: seen to run; M: one credible source; L: our reading, ask before you rely on it; a dash: it claims nothing
    about a vendor. Secrets are named and never shown.
    """
    found = config.explain(site)
    if as_json:
        print_json({"settings": found})
        return
    for each in found:
        tell(_line(each))


def _line(each: config.ExplainedSetting) -> str:
    """As a line of the file would say it, with a remark; one line for each, to be searched."""
    default = "required" if each.default == "required" else f"default {_text(each.default)}"
    beside = "" if each.value == each.default else f"; {default}"
    return f"{each.setting} = {_text(each.value)}  # {each.source}{beside} ({each.sure})"


def _text(value: object) -> str:
    return "none" if value is None else json.dumps(value)


@config_app.command(epilog=helped("clarus-bluecherry config schema > site.schema.json"))
def schema() -> None:
    """Print the JSON schema of the site file, for an editor that completes and checks it."""
    print_json(config.schema())
