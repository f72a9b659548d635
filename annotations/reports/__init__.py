"""Reports: numbers with a way back. Plain data in, files out."""
