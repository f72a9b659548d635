"""Label images as data: run-length patches, operations, objects, measurement. No web framework."""
