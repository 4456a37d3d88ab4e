"""The entries of the ledger: written once, each holding the hash of the one before."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One act or look. No value of an enterprise and no name of a person beyond the account stands in it."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.CharField(max_length=32)  # ISO 8601 with its offset, as it was hashed
    account = models.CharField(max_length=150)
    organisation = models.CharField(max_length=64)
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=128, blank=True, db_index=True)
    purpose = models.CharField(max_length=64)
    mandate = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, unique=True)  # unique: the chain can't fork
    hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.hash[:12]}"
