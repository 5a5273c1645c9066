"""Charts, painted here: lines over time, spots, bars, and the tokens of a reply."""
