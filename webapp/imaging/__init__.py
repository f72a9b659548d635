"""From an uploaded file to pixels that a browser can show: a library without Django."""
