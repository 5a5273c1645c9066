"""A loaded model seen from outside: the worker process, its supervisor and its sessions."""
