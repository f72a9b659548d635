"""Which files of masks are read, in words; importable without a reader."""

READABLE = "Label TIFF and label PNG of 8, 16 or 32 bits"
