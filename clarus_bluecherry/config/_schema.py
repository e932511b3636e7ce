"""The site file's JSON schema, for editors.

Law of this module: it is the model's own; nothing is described twice.
"""

from __future__ import annotations

from clarus_bluecherry.config._site import SiteFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, object]:
    """The JSON schema of a site file: names, types and defaults, for an editor that completes and checks TOML.

    >>> schema()["required"]
    ['clarus', 'bluecherry', 'ledger']
    """
    return {"$schema": DIALECT, **SiteFile.model_json_schema()}
