"""What a user's own file holds: its cells whatever its kind, its tables and headers, and the panel read from it."""
