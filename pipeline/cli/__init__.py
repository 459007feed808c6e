"""Read a command, call one function, and print its outcome."""
