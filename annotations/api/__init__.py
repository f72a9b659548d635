"""The expert's HTTP doors: parse, call one action or query, render."""
