"""Commands about supporters: the public forms, voices, digests, the mailing list."""
