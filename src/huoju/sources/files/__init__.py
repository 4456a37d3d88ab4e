"""Files as they arrive: told by content, bounded, and parsed only in a limited child process."""
