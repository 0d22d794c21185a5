"""What the commands print: tables and JSON for stdout, progress for stderr."""
