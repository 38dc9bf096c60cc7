"""What people may type into settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from themis.critic.models.endpoint import endpoint as address
from themis.critic.models.pricing import Prices
from themis.domain.errors import Misconfigured
from themis.pipeline import sealing
from themis.pipeline.endpoint import NAME, Endpoint, Origin
from themis.pipeline.models import ModelEndpoint

PRICES = ("price_read", "price_cached", "price_written")


def _price(label: str) -> forms.FloatField:
    field = forms.FloatField(min_value=0, max_value=1e9, required=False, label=label)
    field.widget.attrs["step"] = "any"
    return field


class EndpointForm(forms.Form):
    """A model endpoint of the team's own."""

    name = forms.RegexField(
        NAME,
        max_length=40,
        required=False,
        label="Name",
        help_text="Leave it empty for the model that is asked by default; roles of critics may ask "
        "for others by name. Under a name that is there already, it stands in for the others.",
        error_messages={"invalid": "Letters, digits, dots, dashes and underscores."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    url = forms.CharField(
        max_length=500,
        label="Address",
        help_text="An OpenAI-compatible server, up to and including /v1.",
        widget=forms.TextInput(
            attrs={
                "placeholder": "http://localhost:8000/v1",
                "inputmode": "url",
                "autocomplete": "off",
            }
        ),
    )
    model = forms.CharField(
        max_length=200,
        label="Model",
        help_text="The name the server knows it by.",
        widget=forms.TextInput(attrs={"placeholder": "Qwen/Qwen3-VL-8B-Instruct"}),
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
        help_text="A little more than the server has slots. Holds for all workers together.",
    )
    timeout = forms.IntegerField(min_value=1, max_value=3600, label="Seconds a call")
    price_read = _price("Tokens read")
    price_cached = _price("of them cached")
    price_written = _price("Tokens written")
    image_ids = forms.TypedChoiceField(
        choices=[("", "If the server is vLLM"), ("yes", "Always"), ("no", "Never")],
        coerce=lambda chosen: chosen == "yes",
        empty_value=None,
        required=False,
        label="Name pictures",
        help_text="So that the server knows a picture again and need not look at it anew.",
    )

    @classmethod
    def of(cls, row: ModelEndpoint | None, *, name: str = "") -> EndpointForm:
        """The form as a row fills it, never with its key; else as a new one begins."""
        if row is None:
            fresh = {"concurrency": settings.MODEL_CONCURRENCY, "timeout": settings.MODEL_TIMEOUT}
            return cls(initial={"name": name, **fresh})
        kept = {each: getattr(row, each) for each in cls.base_fields if each != "key"}
        named = {None: "", True: "yes", False: "no"}[row.image_ids]
        return cls(initial={**kept, "image_ids": named})

    def clean_url(self) -> str:
        """An address that can be asked; one without a scheme is taken for http."""
        given = str(self.cleaned_data["url"])
        url = given if "://" in given else f"http://{given}"
        try:
            address(url)
        except Misconfigured as error:
            wrong = str(error).removeprefix("THEMIS_MODEL_URL ")
            raise forms.ValidationError(f"The address {wrong}.") from None
        return url

    def clean(self) -> dict[str, Any]:
        """Prices are of use only together."""
        typed: dict[str, Any] = self.cleaned_data
        given = {each for each in PRICES if typed.get(each) is not None}
        if given and not {"price_read", "price_written"} <= given:
            missing = "price_read" if "price_read" not in given else "price_written"
            self.add_error(missing, "Needed as soon as another price is given.")
        return typed

    def endpoint(self, kept: ModelEndpoint | None) -> Endpoint:
        """The endpoint as typed. A key left empty stays, as long as the address does."""
        typed = self.cleaned_data
        key = typed["key"]
        if not key and kept is not None and kept.url == typed["url"]:
            key = sealing.unseal(kept.sealed_key)
        return Endpoint(
            url=typed["url"],
            model=typed["model"],
            key=key,
            concurrency=typed["concurrency"],
            timeout=typed["timeout"],
            origin=Origin.TEAM,
            prices=self._prices(),
            image_ids=typed["image_ids"],
        )

    def _prices(self) -> Prices | None:
        read, cached, written = (self.cleaned_data[each] for each in PRICES)
        return None if read is None else Prices(read=read, cached=cached, written=written)
