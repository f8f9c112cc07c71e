"""The server of the forms, in a process of its own: a page beside a bare answer of the same bytes, a form beside a
commit, a member beside a stranger; then minutes of hostile forms, and what memory it has.

Each beside the other in interleaved rounds on the same disk (and not in memory, where tests write), so that what slows
one slows all. BENCH_SOAK is for how many seconds hostile forms come.
"""

import http.client
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from sqlalchemy import insert

from outreach.campaign import load_campaign
from outreach.db.engine import writing
from outreach.outbox.store import now
from outreach.services.supporters.arriving import take_in
from outreach.services.supporters.links.confirming import decide
from outreach.services.supporters.opening import Supporters
from outreach.supporters.sealing import new_key
from outreach.supporters.store import open_store
from outreach.supporters.tables import arrivals
from tests.conftest import large_campaign_in
from tests.services.supporters.campaigns import arrive, joins, tokens
from tests.site.sites import with_pages

ROUNDS = 1_000
DISK = "/var/tmp"
SOAK = float(os.environ.get("BENCH_SOAK", "300"))
ALLOWED_PAGE, ALLOWED_COMMITS, ALLOWED_APART, ALLOWED_MB = 2.0, 3.0, 1.10, 80
KIND = {"Content-Type": "application/x-www-form-urlencoded"}
UNCAPPED = {f"OUTREACH_WEB__{name}": "1000000" for name in ("PER_HOUR", "PER_DAY", "PER_NETWORK")}
BARE = """
import sys
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from outreach.web.serve import address_of, listen, make_server
body = open(sys.argv[1], "rb").read()
async def page(request): return HTMLResponse(body)
opened = listen("127.0.0.1", 0)
opened.listen()
print(address_of(opened), flush=True)
make_server(Starlette(routes=[Route("/write", page)])).run(sockets=[opened])
"""
ASK = {"case": ["beacon"], "to": "all", "words": "Free the keepers.", "quote": "yes", "list": "yes", "language": "en"}


class Asking:
    """One connection to a server, kept open."""

    def __init__(self, address: str) -> None:
        self.host = address.removeprefix("http://").strip().rstrip("/")
        self.line = http.client.HTTPConnection(self.host)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] = {}) -> tuple[int, bytes]:  # noqa: B006
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        return answer.status, answer.read()

    def form(self, path: str, fields: dict[str, object]) -> tuple[int, bytes]:
        return self.ask("POST", path, urlencode(fields, doseq=True).encode(), KIND)


@contextmanager
def running(*command: str, env: dict[str, str]) -> Iterator[tuple[Asking, int]]:
    """A server in a process of its own, its connection, and its process id."""
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env
    )
    assert process.stdout
    address = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
    try:
        yield Asking(address), process.pid
    finally:
        process.terminate()
        process.wait(30)


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def memory(process: int, what: str = "Pss") -> float:
    """Read what a process has in megabytes, its share of what others have too."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{what}:"))


def pages(server: Asking, env: dict[str, str], folder: Path) -> None:
    status, body = server.ask("GET", "/write")
    assert status == 200
    (folder / "page.html").write_bytes(body)
    with running("-c", BARE, str(folder / "page.html"), env=env) as (bare, _):
        ours, theirs = list[float](), list[float]()
        for number in range(ROUNDS + 50):
            times = [(ours, server), (theirs, bare)]
            for found, asking in times if number % 2 else reversed(times):
                seconds = timed(lambda asking=asking: asking.ask("GET", "/write"))  # type: ignore[misc]
                if number >= 50:
                    found.append(seconds)
    page, answer = statistics.median(ours), statistics.median(theirs)
    print(f"a page of {len(body):,} bytes, {ROUNDS} interleaved rounds: {page * 1000:.2f} ms; ", end="")
    print(f"a bare answer: {answer * 1000:.2f} ms; ratio {page / answer:.2f} ({ALLOWED_PAGE:.0f} allowed)")


def forms(server: Asking, opened: Supporters, other: Supporters) -> None:
    """POST /write for a member, a stranger and a capped address, beside one commit in a database on the same disk."""
    shown = time_on(server)
    time.sleep(3.2)

    def write(name: str) -> tuple[int, bytes]:
        return server.form("/write", {**ASK, "email": f"{name}@example.org", "time": shown})

    arrive(opened, joins("member000@example.org"), at=now())
    for token in tokens(opened):
        decide(opened, token, yes=True, at=now())
    for _ in range(6):
        write("capped000")
    take_in(opened, now())
    found, answers = dict[str, list[float]](), set[tuple[int, bytes]]()
    for number in range(ROUNDS):
        names = {"member": "member000", "stranger": f"new{number:06}", "capped": "capped000"}
        for kind, name in sorted(names.items(), key=lambda pair: (number + len(pair[0])) % 3):
            started = time.perf_counter()
            answers.add(write(name))
            found.setdefault(kind, []).append(time.perf_counter() - started)
        found.setdefault("commit", []).append(timed(lambda: commit(other)))
    assert len(answers) == 1, answers
    medians = {kind: statistics.median(times) for kind, times in found.items()}
    alike = [medians[kind] for kind in ("member", "stranger", "capped")]
    print(f"POST /write, {ROUNDS} interleaved rounds, medians; the same bytes for all three:")
    for kind, median in medians.items():
        print(f"  {kind:9}{median * 1000:8.2f} ms")
    print(f"  slowest ÷ fastest of the three: {max(alike) / min(alike):.3f} ({ALLOWED_APART:.2f} allowed)")
    print(f"  a form ÷ one bare commit: {medians['stranger'] / medians['commit']:.2f} ({ALLOWED_COMMITS:.0f} allowed)")


def commit(other: Supporters) -> None:
    with writing(other.store.engine) as connection:
        connection.execute(insert(arrivals), {"at": now(), "sealed": b"x" * 400})


def time_on(server: Asking) -> str:
    found = re.search(rb'name="time" value="([^"]+)"', server.ask("GET", "/write")[1])
    assert found
    return found[1].decode()


def soak(server: Asking, process: int) -> None:
    """Send hostile forms, one after another on one connection, and look at the memory."""
    chance, shown, answers = random.Random(15), time_on(server), Counter[int]()
    began = time.monotonic()
    seen = list[float]()
    while (past := time.monotonic() - began) < SOAK:
        try:
            answers[hostile(server, chance, shown)] += 1
        except (http.client.HTTPException, ConnectionError):  # it hung up on us, as it may
            server.line.close()
            answers[0] += 1
        if past > len(seen) * SOAK / 10:
            seen.append(memory(process))
    seen.append(memory(process))
    print(f"{SOAK:.0f} s of hostile forms, {sum(answers.values()):,} requests: {dict(sorted(answers.items()))}")
    print(f"  PSS in MB, ten times: {' '.join(f'{each:.1f}' for each in seen)} ({ALLOWED_MB} allowed); ", end="")
    print(f"RSS {memory(process, 'Rss'):.1f}")


def hostile(server: Asking, chance: random.Random, shown: str) -> int:
    """Send one form or ask for one page as somebody does who wants to do harm; gives the status."""
    kind = chance.randrange(10)
    mark = f"{chance.getrandbits(64):x}"
    fields = {
        **ASK,
        "words": "w" * chance.randrange(700),
        "email": f"{mark}@{mark}.example.org",
        "time": shown,
        "country": mark * 4,
    }
    if kind < 3:
        return server.form("/write", fields if kind else {**fields, "country": ""})[0]
    if kind == 3:
        return server.form("/write/look", {**fields, "country": "", "to": "chosen", "state": ["DEU", "FRA"]})[0]
    if kind == 4:
        return server.ask("POST", "/write/look", chance.randbytes(chance.randrange(16_000)), KIND)[0]
    if kind == 5:
        return server.ask("POST", "/write", b"x" * 100_000, KIND)[0]
    if kind == 6:
        return server.ask(
            "POST", "/join", chance.randbytes(2_000), {"Content-Type": "multipart/form-data; boundary=x"}
        )[0]
    if kind == 7:
        return server.ask("GET", f"/c/{''.join(chance.choices('abcdefgh234567', k=26))}")[0]
    if kind == 8:
        return server.ask("GET", f"/{mark}?lang={mark}", None, {"X-Forwarded-For": mark, "Accept-Language": mark})[0]
    return server.form("/join", {"email": f"{mark}@example.org", "time": mark})[0]


def main() -> None:
    with TemporaryDirectory(dir=DISK) as parent, TemporaryDirectory(dir=DISK) as elsewhere:
        folder = with_pages(large_campaign_in(Path(parent)))
        env = {**os.environ, "OUTREACH_WEB__KEY": new_key(), "PYTHONPATH": str(Path(__file__).parents[2])}
        (folder / ".env").write_text(f"OUTREACH_WEB__KEY={env['OUTREACH_WEB__KEY']}\n")
        campaign = load_campaign(folder)
        opened = Supporters(campaign, open_store(folder, campaign.settings, rehearsal=True))
        other = Supporters(campaign, open_store(Path(elsewhere), campaign.settings, rehearsal=True))
        command = ("-m", "outreach", "-C", str(folder), "web", "public", "--port", "0", "--rehearse")
        with running(*command, env={**env, **UNCAPPED}) as (server, _):
            pages(server, env, folder)
            forms(server, opened, other)
        for path in folder.glob("rehearsal.supporters.db*"):
            path.unlink()
        with running(*command, env=env) as (server, process):
            soak(server, process)


if __name__ == "__main__":
    main()
