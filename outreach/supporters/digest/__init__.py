"""Digests: which voices one letter to a mission counts, what it says of them, and who approved it."""
