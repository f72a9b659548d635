"""OME-Zarr 0.1 to 0.5 in a zip file: images, plates and collections of images."""
