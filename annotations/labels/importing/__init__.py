"""Masks that were made elsewhere: read their files, match them to images, draw them as labels."""
