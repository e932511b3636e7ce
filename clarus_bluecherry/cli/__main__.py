"""`python -m clarus_bluecherry.cli`."""

from clarus_bluecherry.cli import main

main()
