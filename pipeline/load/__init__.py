"""Read the files of source/ into a library, each value with its place."""
