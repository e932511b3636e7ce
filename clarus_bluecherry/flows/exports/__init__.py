"""The exports of both systems, read once for everybody: rows by what their columns mean, and what those rows say.

The close, the close of a site and availability are made of these modules, and each has its own door.
"""
