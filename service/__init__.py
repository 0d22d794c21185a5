"""The Flask app that serves notes with jump-links."""
