"""Django's handle on this stage."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "themis.reviews"
    label = "reviews"
