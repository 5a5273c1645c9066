"""QwenDesk: run Qwen models at home."""
