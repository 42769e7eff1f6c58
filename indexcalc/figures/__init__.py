"""What a user's own sheet means: its headers and units, where its table is, and the numbers in its cells."""
