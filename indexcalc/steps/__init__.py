"""From figures to an index: the steps of the OECD/JRC Handbook, what each checks, and the result."""
