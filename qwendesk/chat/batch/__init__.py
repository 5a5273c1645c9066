"""Thousands of prompts from a file, answered into a file."""
