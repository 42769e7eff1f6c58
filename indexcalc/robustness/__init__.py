"""How sure an index is: its ranks and claims over many defensible methodologies, and over all weights within bounds."""
