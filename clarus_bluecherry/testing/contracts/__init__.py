"""Contracts for plug-in authors: test classes to subclass in a suite of one's own, one for each thing to bring.

Law of this package: a check is a sentence, tests one promise through public methods only, and fails with words
that say which promise was broken. What our own transports, rules and homes cannot keep is not asked of others.
"""
