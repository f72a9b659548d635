"""TIFF in all its dialects: plain, BigTIFF, OME-TIFF, ImageJ, stacks of microscope makers."""
