"""One module a kind of page: takes the facts, gives pages. Writes no file and knows no HTTP."""
