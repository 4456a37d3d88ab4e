"""One model: its code and its card."""
