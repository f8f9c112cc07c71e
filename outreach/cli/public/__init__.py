"""Commands for what everybody may see: the public page and its files."""
