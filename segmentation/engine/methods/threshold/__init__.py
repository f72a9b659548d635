"""The classical way: background, threshold, distance transform, watershed."""
