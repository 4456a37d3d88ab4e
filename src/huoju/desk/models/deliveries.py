"""Deliveries that were brought, and what persons decided about whose they are."""

from __future__ import annotations

from django.db import models


class Delivery(models.Model):
    """One delivery that was brought: accepted, and then it counts, or refused, and then why, or undone, and by whom.

    ``sha256`` is the hash of the delivered bytes and the name of its folder; ``rules`` is the hash of the mapping it
    was read by, empty where a source of huoju read it.
    """

    class State(models.TextChoices):
        ACCEPTED = "accepted"
        REFUSED = "refused"
        UNDONE = "undone"

    sha256 = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=8, choices=State)
    source = models.CharField(max_length=64)
    file = models.CharField(max_length=255)
    known = models.DateField()
    imported_on = models.DateField()
    who = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField(default=0)
    facts = models.PositiveBigIntegerField(default=0)
    events = models.PositiveBigIntegerField(default=0)
    aside = models.PositiveBigIntegerField(default=0)
    set_aside_agreed = models.BooleanField(default=False)
    rules = models.CharField(max_length=64, blank=True, default="")
    undone_on = models.DateField(null=True)
    undone_by = models.CharField(max_length=64, blank=True, default="")
    why = models.JSONField(default=list)  # of a refusal: findings as {code, where, data}

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["sha256"], condition=models.Q(state="accepted"), name="one_accepted_row_a_delivery"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.file} {self.sha256[:12]} {self.state}"


class LinkJudgement(models.Model):
    """What a person decided on a pair of subjects; never edited, only undone; both say by whom, when and why."""

    class Verdict(models.TextChoices):
        ACCEPT = "accept"
        REJECT = "reject"

    left_id = models.CharField(max_length=128)
    right_id = models.CharField(max_length=128, db_index=True)
    verdict = models.CharField(max_length=6, choices=Verdict)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    why = models.CharField(max_length=255, blank=True, default="")
    undone_by = models.CharField(max_length=64, blank=True, default="")
    undone_at = models.DateTimeField(null=True)
    undone_why = models.CharField(max_length=255, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.left_id} {self.right_id} {self.verdict} {self.who}"
