"""The packages whose names a user may rely on: their `__all__` is the public surface."""

TESTING = ("messages", "nodes", "records", "scenarios", "sites")
PACKAGES = (
    "clarus_bluecherry",
    "clarus_bluecherry.model",
    "clarus_bluecherry.mapping",
    "clarus_bluecherry.testing",
    *(f"clarus_bluecherry.testing.{module}" for module in TESTING),
)
