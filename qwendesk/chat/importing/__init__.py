"""Conversations from files of our own and of other programs."""
