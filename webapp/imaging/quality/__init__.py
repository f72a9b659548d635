"""How good the pixels of an image are: one number a flag, computed when the image is read."""
