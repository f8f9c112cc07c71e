"""Supporters: who wrote to States through us, who gets updates, and the letters with their voices. Knows no HTTP.

Their store is a file of its own, in which addresses and words are sealed: outreach.db never learns of a supporter.
"""
