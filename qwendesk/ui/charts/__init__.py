"""Charts: pyqtgraph's parts, imported when the first one is shown, and small ones that are painted here."""
