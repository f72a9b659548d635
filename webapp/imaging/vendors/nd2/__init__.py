"""Nikon ND2, version 3: named chunks, found by a map at the end of the file."""
