"""The desk as a Django application."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers the desk's models under the label ``desk``."""

    name = "huoju.desk"
    label = "desk"
