"""What a run may do to the pixels before it looks at them. Originals and measurements stay."""
