"""Planted mutants: each breaks one law on purpose, and a named fast test must turn red.

python -m tests.mutants
python -m tests.mutants --only "lease ignored"
"""
