"""Plain claims: what `source.yaml` declares is all there is to read."""

from huoju.sources.mapped import read_mapped as read

__all__ = ["read"]
