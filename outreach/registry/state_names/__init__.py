"""Which State a text names, however it spells it."""
