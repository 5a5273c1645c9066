"""The application's log: from records to lines without prompt text, in memory and in files that rotate."""
