"""The account pages of allauth that are open: signing in and out, passwords, second factor.

Everything else that allauth has (sign-up, e-mail addresses, reset by mail) has no address here.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, reverse_lazy
from django.views.generic import RedirectView

change_password = account.PasswordChangeView.as_view(success_url=reverse_lazy("account"))
my_account = RedirectView.as_view(pattern_name="account")

urlpatterns = [
    path("account/sign-in", account.login, name="account_login"),
    path("account/sign-out", account.logout, name="account_logout"),
    path("account/inactive", account.account_inactive, name="account_inactive"),
    path("account/confirm", account.reauthenticate, name="account_reauthenticate"),
    path("account/password", change_password, name="account_change_password"),
    path("account/set-password", my_account, name="account_set_password"),
    path("account/factor", my_account, name="mfa_index"),
    path("account/factor/sign-in", mfa.authenticate, name="mfa_authenticate"),
    path("account/factor/confirm", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/factor/add", totp.activate_totp, name="mfa_activate_totp"),
    path("account/factor/remove", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "account/recovery-codes", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"
    ),
    path(
        "account/recovery-codes/new",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/recovery-codes/download",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
