"""Mandates: an enterprise lets an organisation see something of it, for one purpose and a time."""

from __future__ import annotations

from django.db import models

from huoju.desk.models.accounts import Organisation


class Mandate(models.Model):
    """One consent. ``entity`` is the enterprise's id in the record; ``classes`` are the kinds of data, by code.

    It lives from ``valid_from`` to the end of ``valid_to``, days of Asia/Shanghai, unless withdrawn.
    """

    number = models.CharField(max_length=32, unique=True)
    entity = models.CharField(max_length=128, db_index=True)
    grantee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates")
    purpose = models.CharField(max_length=64)
    classes = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField()
    text_version = models.CharField(max_length=32)
    text_sha256 = models.CharField(max_length=64)
    signer = models.CharField(max_length=150)  # the account that signed, or brought the letter
    evidence_sha256 = models.CharField(max_length=64, blank=True, default="")  # of the letter, where there is one
    granted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from")), name="a_mandate_ends_late"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.entity} {self.grantee.code} {self.purpose}"
