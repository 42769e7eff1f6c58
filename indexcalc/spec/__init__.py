"""What the YAML says: the framework, the methodology, the claims, and which choices can go together."""
