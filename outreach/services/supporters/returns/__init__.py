"""Takes in what comes back by mail from supporters: read, applied once, and removed from the mailbox."""
