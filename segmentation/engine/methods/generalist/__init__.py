"""The built-in network: foreground, flows, boundaries and sizes for cells of any kind."""
