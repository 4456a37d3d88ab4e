"""Organisations, the accounts of their people, and in which role each acts for which."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class Organisation(models.Model):
    """One of those who work with a home; of an enterprise, ``entity`` says which one it is in the record."""

    class Kind(models.TextChoices):
        ZONE = "zone"
        BANK = "bank"
        ENTERPRISE = "enterprise"
        AUDIT = "audit"

    code = models.SlugField(max_length=64, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=255)
    entity = models.CharField(max_length=128, blank=True, default="", db_index=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind="enterprise", entity__gt="")
                | (~models.Q(kind="enterprise") & models.Q(entity="")),
                name="an_enterprise_and_nobody_else_has_an_entity",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Account(AbstractUser):
    """A person who may sign in; the first account of a home is its owner, who signs in nowhere but on the machine."""


class Membership(models.Model):
    """An account acts for an organisation in a role."""

    class Role(models.TextChoices):
        ZONE_OFFICER = "zone_officer"
        ZONE_DIRECTOR = "zone_director"
        BANK_OFFICER = "bank_officer"
        BANK_APPROVER = "bank_approver"
        ENTERPRISE = "enterprise"
        AUDITOR = "auditor"
        OPERATOR = "operator"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "organisation", "role"], name="one_row_a_role_of_an_account"),
        )

    def __str__(self) -> str:
        return f"{self.account.username} {self.role} {self.organisation.code}"
