"""The docked views: one file for each, and for the words of its rows."""
