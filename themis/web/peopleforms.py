"""What admins may type about people."""

from __future__ import annotations

from django import forms

from themis.accounts.models import Role, User


class RoleForm(forms.Form):
    """Another role for somebody."""

    role = forms.ChoiceField(choices=Role.choices, label="Role")


class PersonForm(RoleForm):
    """Somebody new."""

    username = forms.CharField(
        max_length=150,
        label="Name",
        help_text="What they sign in with: letters, digits and @ . + - _",
        validators=[User.username_validator],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    field_order = ("username", "role")
