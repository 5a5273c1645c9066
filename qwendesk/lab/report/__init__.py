"""What the lab found, written down: one HTML file with its charts, Markdown, CSV or JSON."""
