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


def test_an_address_that_mail_cannot_carry_leaves_out_its_mission_alone(
    campaign_folder: Path, outreach: Command
) -> None:
    give_addresses(campaign_folder)
    missions = campaign_folder / "contacts" / "missions.csv"
    long = f"{'d' * 65}@deu.example.org"
    missions.write_text(missions.read_text(encoding="utf-8").replace("deu@deu.example.org", long), encoding="utf-8")
    with SmtpServer() as server:
        result = outreach(*SEND, "--yes", folder=campaign_folder, env=mail_server(server.port))
    assert [message.recipients for message in server.messages] == [("fra@fra.example.org",)], result.stderr
    [row] = [line for line in result.stdout.splitlines() if "address that mail cannot carry" in line]
    assert row.endswith("DEU")
