"""Letters with supporters' voices: prepared by one, approved by another, and told to whoever spoke."""
