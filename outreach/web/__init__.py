"""The pages that need a server: a face beside the command line. Knows no SQL; what it can do is in services."""
