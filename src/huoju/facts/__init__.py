"""What was claimed and what happened, kept as Parquet and cut into panels as of a day."""

from huoju.facts.store import FactStore
from huoju.facts.writing import DeliveryWriter, publish, write_delivery

__all__ = ["DeliveryWriter", "FactStore", "publish", "write_delivery"]
