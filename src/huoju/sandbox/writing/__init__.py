"""The offices: each writes what it knows as it really would, untidy and in its own form."""
