"""What faces ask for about supporters: forms taken in, confirmed, read, counted into digests; the mailing list."""
