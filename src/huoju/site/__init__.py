"""The site joins the doors and nothing else."""
