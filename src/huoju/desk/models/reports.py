"""Reports that were given: about whom, to whom, and the bytes they were."""

from __future__ import annotations

from django.db import models


class Report(models.Model):
    """One report as it was given; the bytes stand in the home under its number until retention deletes them."""

    number = models.CharField(max_length=32, unique=True)
    entity = models.CharField(max_length=128, db_index=True)
    account = models.CharField(max_length=150)
    organisation = models.CharField(max_length=64)
    purpose = models.CharField(max_length=64)
    as_of = models.DateField()
    made_at = models.DateTimeField()
    file = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    ledger = models.PositiveBigIntegerField()  # the sequence of the head it prints

    def __str__(self) -> str:
        return f"{self.number} {self.entity} {self.organisation}"
