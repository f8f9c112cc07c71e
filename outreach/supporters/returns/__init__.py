"""What comes back by mail from supporters: the words that they write, and what a mail of theirs is to do."""
