"""Conversations as files: Markdown, one HTML page, JSON that can be read again, plain text."""
