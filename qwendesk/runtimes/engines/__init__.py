"""Engine environments: Python environments below the home, one for each version of a runtime's engine."""
