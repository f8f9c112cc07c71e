"""Makes answers of pages: which language, which status, where a form leads to. Knows no form by name."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from outreach.web.client import client_network
from outreach.web.front import Front
from outreach.web.languages import choose_language

MOST_OF_A_CODE = 20  # characters of ?lang=


def front_of(request: Request) -> Front:
    """Give what all pages share."""
    found: Front = request.app.state.front
    return found


def language_of(request: Request, asked: str = "", known: str = "") -> str:
    """Choose the language of the answer: `asked` by a form, or by ?lang=; `known` of the person."""
    query = asked or request.query_params.get("lang", "")
    offered = front_of(request).ready.languages
    return choose_language(query[:MOST_OF_A_CODE], request.headers.get("accept-language", ""), offered, known)


def network_of(request: Request) -> str:
    """Give the network that a request comes from; "" where nobody can tell."""
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    return client_network(peer, forwarded, front_of(request).trusted_proxies)


def page(
    request: Request, template: str, language: str, words: Mapping[str, object], *, status: int = 200, path: str = ""
) -> Response:
    """Answer with a page that is made for this request alone; in other languages it stands at `path`."""
    front = front_of(request)
    all_words = {"forms": front.forms, **words}
    return HTMLResponse(front.ready.looks[language].render(template, path or request.url.path, all_words), status)


def ready_page(
    request: Request,
    path: str,
    template: str,
    language: str,
    words: Callable[[], Mapping[str, object]] = dict,
    form: str = "",
) -> Response:
    """Answer with a page that is the same for everybody, and says when the `form` on it is shown."""
    front = front_of(request)
    parts = front.page(path, template, language, words)
    return HTMLResponse((front.forms.sign_time(form).encode() if form else b"").join(parts))


def see_other(request: Request, path: str, language: str) -> Response:
    """Answer a form that was taken: look at that page (RFC 9110, section 15.4.4)."""
    where = front_of(request).ready.looks[language].to(path)
    return Response(status_code=303, headers={"Location": where})
