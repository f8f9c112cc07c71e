"""What personal links in mails lead to: was it you, my voice, leave the list, and a mission's one click."""
