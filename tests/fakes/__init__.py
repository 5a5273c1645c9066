"""Stand-ins that plug in where the real thing goes."""
