"""What stands between a public form and everybody else: which words are alike, and which a person must read first."""
