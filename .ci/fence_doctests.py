"""For the site: examples of docstrings as code.

Law of this module: a `>>>` example is Python for a terminal. Markdown does not know that, and would read the lists
in its answers as links.
"""

import re

import griffe

_EXAMPLE = re.compile(r"^>>>.*(?:\n(?!\s*\n).+)*", re.MULTILINE)


class FenceDoctests(griffe.Extension):
    """Puts a fence around each `>>>` example."""

    def on_instance(self, *, obj: griffe.Object, **_: object) -> None:
        """Called for each module, class, function and attribute once its docstring is known."""
        if obj.docstring:
            obj.docstring.value = _EXAMPLE.sub(r"```pycon\n\g<0>\n```", obj.docstring.value)
