"""What an IndexResult says, beyond its scores and ranks."""
