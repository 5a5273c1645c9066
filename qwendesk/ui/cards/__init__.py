"""The cards of the Monitor: each shows one thing of what is measured now."""
