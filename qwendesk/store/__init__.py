"""What is kept in SQLite: the connection, numbered migrations, and rows by table. No rules."""
