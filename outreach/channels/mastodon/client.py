"""Makes requests to a Mastodon instance through Mastodon.py, and says what their failures mean; knows no posts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from requests import Response
from requests.exceptions import ConnectionError as Broken
from requests.exceptions import ConnectTimeout, ProxyError, RequestException, Timeout
from urllib3.exceptions import NewConnectionError

from outreach.channels.social.answers import (
    ApiRequest,
    Hints,
    certificate_refused,
    error_words,
    failure,
    read_answer,
    uncertain,
)
from outreach.channels.social.http import HttpSession, in_thread
from outreach.errors import DeliveryError, Paused, Rejected, Unreachable
from outreach.settings.accounts import MastodonSettings

if TYPE_CHECKING:
    from mastodon import Mastodon

T = TypeVar("T")
HINTS = Hints(
    login=(
        "The instance refuses the token. Make one in a browser (Preferences, Development, New application) with the "
        "scopes read:accounts read:statuses write:media write:statuses, and set OUTREACH_MASTODON__TOKEN; "
        "then: outreach doctor"
    ),
    address="Check [mastodon] instance: it is where the account logs in, https://…; then: outreach doctor",
)
MISSING = "no instance or no token is set for Mastodon"
# Mastodon.py would first ask the server for its version, and take the oldest ways when it does not say.
_VERSION = "4.5.0"


class NotThere(Rejected):
    """404 or 410: what was named by its id is not there, or not any more."""


class MastodonClient:
    """One request at a time, each on a connection of its own: an idle one might be dead."""

    def __init__(self, settings: MastodonSettings) -> None:
        self._settings = settings

    @property
    def host(self) -> str:
        return urlsplit(self._settings.instance).hostname or ""

    async def ask(self, request: ApiRequest, call: "Callable[[Mastodon], T]") -> T:
        """Make a call of Mastodon.py within the time limit; failures are as `social/answers.py` says.

        What `call` raises of its own about an answer counts as an answer that makes no sense.
        """
        if not self._settings.configured:
            raise Paused(MISSING, HINTS.login)
        import mastodon  # noqa: F401 - it takes a while the first time, for which the server is not to blame

        # The connection has half the time, so that a server that is not there is known from one that is slow.
        session = HttpSession(self._settings.instance, (self._settings.timeout / 2, self._settings.timeout))
        try:
            answer = await in_thread(lambda: self._call(session, call), self._settings.timeout)
        except Exception as error:  # noqa: BLE001 - Mastodon.py raises what requests, dateutil and json raise, too
            problem = self._explained(request, session, error)
        else:
            got = session.answered
            if got is not None and got.status_code < 300 and (request is not ApiRequest.TIMELINE or _is_list(got)):
                return answer
            problem = self._explained(request, session, ValueError())
        raise problem  # outside the except: what the library raised may hold the token, and is not to be chained

    def _call(self, session: HttpSession, call: "Callable[[Mastodon], T]") -> T:
        from mastodon import Mastodon

        with session:
            return call(
                Mastodon(
                    access_token=self._settings.token.get_secret_value(),
                    api_base_url=self._settings.instance,
                    mastodon_version=_VERSION,
                    version_check_mode="created",
                    ratelimit_method="throw",
                    session=session,
                    user_agent="outreach",
                )
            )

    def _explained(self, request: ApiRequest, session: HttpSession, error: Exception) -> DeliveryError:
        if isinstance(error, DeliveryError):
            return error
        if session.answered is not None and session.answered.status_code >= 300:
            return self._refused(request, session.answered)
        if isinstance(error, TimeoutError) or isinstance(session.failed, Timeout):
            if isinstance(session.failed, ConnectTimeout):
                return Unreachable(f"{request}: no connection to {self.host}")
            return uncertain(request, f"{request}: no answer within {self._settings.timeout:g} seconds")
        if session.failed is not None:
            return self._lost(request, session.failed)
        return uncertain(request, f"{request}: an answer that makes no sense")

    def _lost(self, request: ApiRequest, error: RequestException) -> DeliveryError:
        if certificate_refused(error):
            return Paused(f"{request}: the server's certificate is not good", HINTS.address)
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        if isinstance(error, ProxyError) or (isinstance(error, Broken) and isinstance(reason, NewConnectionError)):
            return Unreachable(f"{request}: no connection to {self.host}")
        return uncertain(request, f"{request}: the connection was lost before the server answered")

    def _refused(self, request: ApiRequest, got: Response) -> DeliveryError:
        headers = {name.lower(): value for name, value in got.headers.items()}
        secrets = [self._settings.token.get_secret_value()]
        problem = failure(request, read_answer(got.status_code, headers, error_words(got.content), secrets), HINTS)
        return NotThere(problem.detail) if got.status_code in (404, 410) and type(problem) is Rejected else problem


def _is_list(got: Response) -> bool:
    """Say whether the answer is a list. Mastodon.py takes an empty body for one, which would say "not there"."""
    return got.content.lstrip().startswith(b"[")
