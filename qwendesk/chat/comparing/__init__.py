"""The same question to several models, or to one with several settings, side by side."""
