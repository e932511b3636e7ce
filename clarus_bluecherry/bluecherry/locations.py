"""Blue Cherry's locations that are no places."""

PSEUDO_LOCATIONS = frozenset({"POE", "FOB", ""})
"""Locations that hold no physical stock (H): goods at sea, at the factory, or nowhere."""
