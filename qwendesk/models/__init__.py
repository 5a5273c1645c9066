"""Models on this computer: what they are, and whether a file is what it says."""
