"""How the shipped weights came to be: data, augmentation, targets, losses, loop, evaluation."""
