"""The checks that look into QwenDesk itself. Each function makes one from the services that it examines."""
