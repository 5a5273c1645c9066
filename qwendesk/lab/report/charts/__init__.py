"""Charts as SVG, drawn here and styled by classes of the page: no script, nothing from elsewhere."""
