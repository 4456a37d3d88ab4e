"""Official schemes as dated, cited data: evaluated exactly, with what is missing to pass."""
