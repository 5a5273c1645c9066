"""The docked views: Models, Run, Details, Health, Log."""
