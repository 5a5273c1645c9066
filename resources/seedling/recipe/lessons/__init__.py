"""The lessons: one module per skill, each a function from a draw to an exchange."""
