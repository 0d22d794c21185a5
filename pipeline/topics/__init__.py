"""What comes back across meetings."""
