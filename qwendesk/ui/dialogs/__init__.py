"""Dialogs: the command palette, about, plugins, links."""
