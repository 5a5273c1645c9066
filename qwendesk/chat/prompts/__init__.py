"""Ready-made prompts, the user's own, and the assistants that conversations begin with."""
