"""What every page has: its address, languages, links, words and looks."""
