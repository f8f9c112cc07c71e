"""What people write for the public page, in the folder site/: read, checked, and given as data."""
