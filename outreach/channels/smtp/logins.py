"""What a mail server says about logins, and what a person can do about it; knows nothing about connections.

This version logs in with a user name and a password. Providers switch that off, or want a password made for programs;
their refusals look alike, and each needs something else. docs/providers.md says more.
"""

from collections.abc import Collection

from outreach.channels.smtp.replies import LOGIN_HINT, SmtpReply

OAUTH = frozenset({"xoauth2", "oauthbearer"})
NO_OAUTH_HINT = (
    "This version logs in with a user name and a password only. Ask your provider for a password for programs (an app "
    "password), or send through another server; see docs/providers.md"
)
OFF_HINT = (
    "Your provider does not let this mailbox log in with a password. At Microsoft 365 an administrator can allow it "
    "for the mailbox (Authenticated SMTP), as long as Microsoft does; this version cannot log in another way. Else "
    "send through another server; see docs/providers.md"
)
FOR_PROGRAMS_HINT = (
    "Your provider wants a password made for programs, not the one you type in the browser: make an app password in "
    "your account there, and set it as OUTREACH_SMTP__PASSWORD; then: outreach doctor. See docs/providers.md"
)
WRONG_OR_OFF_HINT = (
    "Either user name or password is wrong (OUTREACH_SMTP__USERNAME, OUTREACH_SMTP__PASSWORD), or your provider does "
    "not let this mailbox log in with a password. At Microsoft 365 an administrator sees which, and can allow it "
    "(Authenticated SMTP). See docs/providers.md; then: outreach doctor"
)
# Microsoft's 5.7.139 has several causes, told apart by words only.
_WRONG = ("credentials were incorrect", "credentials are incorrect")
_OFF = ("disabled", "security defaults", "did not meet the criteria", "not supported", "locked by your organization")


def login_hint(reply: SmtpReply) -> str:
    """Say what to do about a login that the server refused. The reply's own words are read, and not given on."""
    text, code = reply.text.casefold(), reply.enhanced
    if code == (5, 7, 9) or "application-specific password" in text or "app password" in text:
        return FOR_PROGRAMS_HINT
    if code == (5, 7, 30):
        return OFF_HINT
    if code == (5, 7, 139) or "smtpclientauthentication" in text or "basic authentication" in text:
        if any(words in text for words in _OFF):
            return OFF_HINT
        return LOGIN_HINT if any(words in text for words in _WRONG) else WRONG_OR_OFF_HINT
    return LOGIN_HINT


def only_oauth(offered: Collection[str]) -> bool:
    """Say whether the logins that a server offers are OAuth2's; the others that we cannot do count for nothing."""
    return bool(OAUTH.intersection(method.casefold() for method in offered))
