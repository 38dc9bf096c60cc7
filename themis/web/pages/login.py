"""Signing in and out."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.views import LoginView, LogoutView
from django.shortcuts import resolve_url

from themis.accounts import queries
from themis.accounts.models import Right, User


class Login(LoginView):
    """The only page that strangers see."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """Where nobody asked for another page: who only reviews goes to their queues."""
        member = queries.membership_of(cast(User, self.request.user))
        if member is not None and Right.SEE not in member.rights:
            return resolve_url("review:index")
        return super().get_default_redirect_url()


class Logout(LogoutView):
    """Ends the session; by POST alone."""

    http_method_names = ["post", "options"]
