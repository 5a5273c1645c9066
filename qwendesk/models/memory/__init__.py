"""How much memory a model takes once it is loaded: estimated in parts from its facts and the load options."""
