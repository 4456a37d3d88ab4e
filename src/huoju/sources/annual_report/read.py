"""Plain claims: what `source.yaml` declares is all there is to read."""

from huoju.sources.plain import read_facts as read

__all__ = ["read"]
