"""The contract between QwenDesk and its plugins. Plugins import this package and nothing else of ours."""
