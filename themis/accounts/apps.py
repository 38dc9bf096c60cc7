"""Django's handle on this stage."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "themis.accounts"
    label = "accounts"
