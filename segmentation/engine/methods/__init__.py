"""One folder a segmentation method."""
