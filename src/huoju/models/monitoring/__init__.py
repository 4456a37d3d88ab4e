"""After the loan: what changed, who gives cause for a visit, and whether the models still hold."""
