"""Command-line doors of the engine."""
