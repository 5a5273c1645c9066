"""The names of the tools that come with the program, in the order in which a prompt tells of them."""

NAMES = ("calculator", "current_time", "search_files")
