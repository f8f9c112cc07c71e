"""What the plan of letters says of letters that exist already."""

from pathlib import Path

from tests.channels.smtp.smtp_server import Fault, Script, SmtpServer
from tests.conftest import Command, give_addresses, mail_server

SEND = ("send", "--case", "beacon", "--to", "DEU", "--to", "FRA", "--after-deadline")


def test_a_withdrawn_letter_is_not_called_asked(campaign_folder: Path, outreach: Command) -> None:
    give_addresses(campaign_folder)
    later = Fault("rcpt", "450 4.2.0 later", recipient="deu@deu.example.org")
    with SmtpServer(Script(faults=(later,))) as server:
        env = mail_server(server.port)
        outreach(*SEND, "--yes", folder=campaign_folder, env=env)
        assert outreach("queue", "withdraw", "1", "--yes", folder=campaign_folder, env=env).returncode == 0
        plan = outreach(*SEND, "--dry-run", folder=campaign_folder, env=env).stdout
    rows = [line.split() for line in plan.splitlines()]
    assert ["withdrawn", "before", "it", "left", "1", "DEU"] in rows, plan
    assert "Queue what was withdrawn again with: outreach queue retry --all --withdrawn --case beacon" in plan
    assert ["already", "asked", "(sent)", "1", "FRA"] in rows, plan
