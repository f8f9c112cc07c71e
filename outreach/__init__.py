"""Advocacy letters to Permanent Missions: who, what, in which words, delivered once, and a ledger of it."""

__version__ = "0.1.0"
