"""Which files of masks are read, in words; importable without a reader."""

READABLE = (
    "Label TIFF and PNG of 8 to 32 bits, Cellpose _seg.npy, NumPy arrays, COCO JSON, ImageJ ROI "
    "and zips of them, GeoJSON of QuPath, folders of the Cell Tracking Challenge, labels in "
    "OME-Zarr, and zips of any of these"
)
