"""Small real images that a new installation can load as its demo project."""
