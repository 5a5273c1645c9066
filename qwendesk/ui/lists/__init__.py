"""Lists that stay fluent with thousands of rows: rows as data, one model, one delegate."""
