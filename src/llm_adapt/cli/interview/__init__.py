"""The interview at a terminal or over a pipe: signals, files and streams around the talk."""
