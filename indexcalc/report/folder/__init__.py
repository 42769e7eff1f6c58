"""A folder of results: put in place all or none, recorded, read back, repeated, compared."""
