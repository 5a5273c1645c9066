"""Short questions whose answers can be checked, so that what quantizing cost shows as behaviour."""
