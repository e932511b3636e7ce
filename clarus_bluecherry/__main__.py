"""`python -m clarus_bluecherry`."""

from clarus_bluecherry.cli import main

main()
