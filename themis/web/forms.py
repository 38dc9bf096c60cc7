"""What people may type into settings."""

from __future__ import annotations

from django import forms
from django.conf import settings

from themis.pipeline.endpoints import Endpoint, Origin


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(
        max_length=80,
        label="What is it for?",
        widget=forms.TextInput(attrs={"placeholder": "grpo-run-7", "autocomplete": "off"}),
    )


class ModelForm(forms.Form):
    """A team's own model server."""

    url = forms.URLField(
        max_length=500,
        assume_scheme="http",
        label="Address",
        help_text="An OpenAI-compatible server, up to and including /v1.",
        widget=forms.URLInput(attrs={"placeholder": "http://localhost:8000/v1"}),
    )
    model = forms.CharField(
        max_length=200,
        label="Model",
        help_text="The name the server knows it by.",
        widget=forms.TextInput(attrs={"placeholder": "Qwen/Qwen2.5-VL-7B-Instruct"}),
    )
    key = forms.CharField(
        max_length=2000,
        required=False,
        label="Key",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    concurrency = forms.IntegerField(
        min_value=1,
        max_value=1000,
        label="Calls at a time",
        help_text="A little more than the server has slots.",
    )
    timeout = forms.IntegerField(min_value=1, max_value=3600, label="Seconds a call")

    @classmethod
    def of(cls, endpoint: Endpoint | None) -> ModelForm:
        """The form as an endpoint fills it; never with its key."""
        if endpoint is None:
            return cls(
                initial={
                    "concurrency": settings.MODEL_CONCURRENCY,
                    "timeout": settings.MODEL_TIMEOUT,
                }
            )
        return cls(
            initial={
                "url": endpoint.url,
                "model": endpoint.model,
                "concurrency": endpoint.concurrency,
                "timeout": endpoint.timeout,
            }
        )

    def endpoint(self, kept: Endpoint | None) -> Endpoint:
        """The endpoint as typed. A key left empty stays, as long as the address does."""
        typed = self.cleaned_data
        key = typed["key"]
        if not key and kept is not None and kept.url == typed["url"]:
            key = kept.key
        return Endpoint(
            url=typed["url"],
            model=typed["model"],
            key=key,
            concurrency=typed["concurrency"],
            timeout=typed["timeout"],
            origin=Origin.TEAM,
        )
