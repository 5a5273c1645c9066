"""How Seedling is made: its lessons, vocabulary, training, export and evaluation."""
