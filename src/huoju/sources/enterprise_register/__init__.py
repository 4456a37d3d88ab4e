"""One source: declaration, reading, samples."""
