"""Zeiss CZI: segments with a directory of tiles, each with its place in the mosaic."""
