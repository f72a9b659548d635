"""What the name of a file says: well, site, frame, slice and channel; patterns that people read."""
