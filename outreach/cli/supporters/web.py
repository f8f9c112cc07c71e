"""`outreach web`: the key that supporters' addresses are sealed with, and the public forms."""

import click

from outreach.cli.common.options import campaign_folder, folder_option
from outreach.cli.common.terminal.output import note, say

PORT = 8000


@click.group()
def web() -> None:
    """Let supporters write to States and join the mailing list, by forms on a small server."""


@web.command("key")
def key_command() -> None:
    """Make a fresh key for .env, and show it once. It is stored nowhere.

    Addresses and words of supporters are sealed with it. Whoever loses it loses them; whoever has it and a copy of
    supporters.db reads them. Put it into .env on the server, and keep a copy where no other copy is.
    """
    from outreach.supporters.sealing import VARIABLE, new_key

    say(f"{VARIABLE}={new_key()}")
    note("Put this line into .env, once: what was sealed with another key cannot be opened with this one.")


@web.command("public")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Where to listen; 0: any free one."
)
@click.option(
    "--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Another needs [web] public_url."
)
@click.option("--rehearse", is_flag=True, help="Use the rehearsal's own store; no mail reaches anybody.")
@folder_option
@click.pass_context
def public_command(ctx: click.Context, port: int, host: str, *, rehearse: bool) -> None:
    """Serve the forms by which supporters write to States, join and leave, until Ctrl-C.

    It listens on this machine alone. To others it is shown by a web server with a certificate, such as Caddy or nginx,
    that passes on what comes for [web] public_url: docs/supporters.md. It keeps no log of who asked for what. The mails
    that forms cause leave with: outreach queue run --watch
    """
    from outreach.services.supporters.public import open_forms
    from outreach.supporters.mail.leaving import HERE
    from outreach.web.public.app import make_app
    from outreach.web.serve import address_of, check_host, listen, serve, stay_small

    stay_small()
    forms = open_forms(campaign_folder(ctx), rehearse=rehearse)
    own = forms.campaign.settings.web
    check_host(host, own.public_url)
    app = make_app(forms)
    with listen(host, port) as listening:
        if forms.rehearsal:
            say("REHEARSAL: what is filled in here reaches nobody.")
        if not own.public_url:
            note("Only this machine can reach it. To open it to others, set [web] public_url: docs/supporters.md")
            if (here := address_of(listening)) != HERE:
                note(f"Links in mails lead to {HERE}. To have them lead here: export OUTREACH_WEB__PUBLIC_URL={here}")
        elif not own.trusted_proxies:
            note("[web] trusted_proxies is 0: behind a proxy nobody's network is known, and none has a cap.")
        serve(app, listening, lambda: say(f"The forms: {own.public_url or address_of(listening)}  (end with Ctrl-C)"))
    say("The forms are closed. Forms that were sent are kept.")
