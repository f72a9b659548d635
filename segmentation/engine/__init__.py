"""Pixels in, label images out. A library of its own: no web framework, nothing global."""
