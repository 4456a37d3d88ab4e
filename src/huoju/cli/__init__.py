"""The command line: asks services and shows; data to standard output, words to standard error."""
