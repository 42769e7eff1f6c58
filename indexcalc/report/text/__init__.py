"""What a run found, in sentences: each is here once, whatever prints it."""
