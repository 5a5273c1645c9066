"""Tools that a model may call: harmless ones of our own, and the box that runs them."""
