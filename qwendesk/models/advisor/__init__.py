"""Which model to take for a task on this machine, and why."""
