"""What a program on any computer says to a server; nothing here needs Django."""
