"""Forms that are more than one field."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from webapp.states import Refused


class NewAccountForm(forms.Form):
    """Name, e-mail address, password: all an account needs."""

    name = forms.CharField(
        max_length=100,
        label="Your name",
        widget=forms.TextInput(attrs={"class": "field", "autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"class": "field", "autocomplete": "email"}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text="At least 10 characters. A sentence is easier to remember than a puzzle.",
        widget=forms.PasswordInput(attrs={"class": "field", "autocomplete": "new-password"}),
    )

    def refuse(self, error: Refused | ValidationError) -> None:
        """Show what the action said: at the password, or for the whole form."""
        if isinstance(error, ValidationError):
            self.add_error("password", error)
        else:
            self.add_error(None, str(error))
