"""What a person's own sheet means: its headers and units, where its table stands, and the numbers in its cells."""
