"""What a user asks for: one file, one function each; the doors call nothing else."""
