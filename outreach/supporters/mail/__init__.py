"""Mails to supporters: written without an address or a link, queued once, and completed at the moment they leave."""
