"""`outreach post` and the people of a case, and whom posts address."""

import csv
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from tests.channels.networks.environments import AT_ONCE
from tests.channels.networks.x_server import XServer
from tests.cli.posts.typed import (
    ADDRESSED,
    EARNEST,
    ONE,
    POST,
    TALKING,
    bring_forward,
    change_case,
    messages,
    run,
    write,
)
from tests.conftest import Command


def test_without_consent_to_posts_nothing_is_queued(folder: Path, outreach: Command) -> None:
    change_case(folder, "posts: yes", "posts: no")
    done = run(outreach, folder, *POST)
    assert (done["planned"], done["excluded"]) == (0, {"no consent for posts": 3})
    assert messages(outreach, folder) == []


def test_consent_to_letters_is_not_needed_for_posts(folder: Path, outreach: Command) -> None:
    change_case(folder, "letters: yes", "letters: no")
    assert run(outreach, folder, *POST)["sent"] == 3


def test_an_embargo_holds_posts_too(folder: Path, outreach: Command) -> None:
    change_case(folder, "state_concerned: BLR", "state_concerned: BLR\nembargo: 2999-01-01")
    assert run(outreach, folder, *POST)["excluded"] == {"embargo": 3}


def test_consent_taken_back_while_a_post_waits_holds_it(folder: Path, outreach: Command, x: XServer) -> None:
    env = {**x.environment, **AT_ONCE}
    run(outreach, folder, *EARNEST, "--at", "2999-01-01 09:00", env=env)
    with closing(sqlite3.connect(folder / "outreach.db")) as database, database:
        database.execute("UPDATE messages SET not_before = queued_at")
    change_case(folder, "posts: yes", "posts: no")
    said = run(outreach, folder, "queue", "run", env=env, status=1)
    held = "Held back: 1 post that may not leave any more: beacon, solidarity.en on x (no consent for posts"
    assert held in said
    assert held in run(outreach, folder, *TALKING, env=env, status=1)
    assert x.posts == []


def handles(folder: Path, **handle_of: str) -> None:
    """Give missions a handle on X."""
    path = folder / "contacts" / "missions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["x"] = handle_of.get(row["state"], "")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_an_addressed_post_goes_to_each_selected_mission_with_a_handle_and_the_plan_says_who_has_none(
    folder: Path, outreach: Command
) -> None:
    write(folder, ADDRESSED)
    handles(folder, DEU="ExampleDE", FRA="ExampleFR", GBR="ExampleGB")
    done = run(outreach, folder, *POST, "--via", "x", "--to", "DEU,FRA,CHE")
    assert {post["state"]: post["parts"] for post in done["posts"]} == {
        "DEU": ["@ExampleDE, please speak."],
        "FRA": ["@ExampleFR, please speak."],
    }
    assert done["excluded"] == {"no handle": 1}
    again = run(outreach, folder, "post", "--case", "beacon", "--via", "x", "--to", "DEU,CHE", "--dry-run")
    assert "no handle (on x)" in again
    assert "CHE" in again


def test_a_mission_is_addressed_once_in_whatever_language(folder: Path, outreach: Command) -> None:
    write(folder, ADDRESSED)
    write(folder, "=== hello\n{{ mission.handle }}, parlez.\n", "beacon.fr.txt")
    handles(folder, FRA="ExampleFR")
    first = run(outreach, folder, *POST, "--via", "x", "--to", "FRA")
    assert [post["parts"] for post in first["posts"]] == [["@ExampleFR, parlez."]]
    second = run(outreach, folder, *POST, "--via", "x", "--to", "FRA", "--language", "en")
    assert (second["planned"], second["excluded"]) == (0, {"already posted": 1})


def test_the_state_concerned_is_never_addressed_nor_who_shares_its_handle(folder: Path, outreach: Command) -> None:
    write(folder, ADDRESSED)
    change_case(folder, "state_concerned: BLR", "state_concerned: CHE")
    handles(folder, CHE="ExampleCH", FRA="examplech", DEU="ExampleDE")
    done = run(outreach, folder, *POST, "--via", "x", "--to", "CHE,FRA,DEU")
    assert [post["state"] for post in done["posts"]] == ["DEU"]
    assert done["excluded"] == {"State concerned": 2}


def test_a_post_that_waits_is_held_once_its_mission_shares_a_handle_with_the_state_concerned(
    folder: Path, outreach: Command, x: XServer
) -> None:
    write(folder, ADDRESSED)
    handles(folder, DEU="ExampleDE")
    env = {**x.environment, **AT_ONCE}
    run(outreach, folder, *EARNEST, "--to", "DEU", "--at", "2999-01-01 09:00", env=env)
    bring_forward(folder, timedelta(0))
    with (folder / "contacts" / "missions.csv").open("a", encoding="utf-8") as missions:
        missions.write("BLR,,,en,,,,exampleDE,,,a test,,\n")
    held = "Held back: 1 post that may not leave any more: beacon, hello on x (State concerned: DEU shares a handle"
    assert held in run(outreach, folder, "queue", "run", env=env, status=1)
    assert held in run(outreach, folder, *TALKING, "--to", "DEU", env=env, status=1)
    assert x.posts == []


def test_a_handle_that_would_tag_a_second_mission_is_refused_and_nothing_is_queued(
    folder: Path, outreach: Command
) -> None:
    write(folder, ADDRESSED)
    handles(folder, DEU="ExampleDE @ExampleBY")
    result = outreach(*POST, "--to", "DEU", folder=folder)
    said = json.loads(result.stdout)
    assert "column x: 'ExampleDE @ExampleBY' is not a handle on x" in result.stderr
    assert (said["planned"], said["queued"], said["excluded"]) == (0, 0, {"its row cannot be read": 3})


def test_an_ask_is_not_posted_after_its_date_and_a_rehearsal_only_warns(
    folder: Path, outreach: Command, x: XServer
) -> None:
    write(folder, f"{ONE}=== ask\nRaise it on {{{{ ask.date }}}}.\n")
    warned = run(outreach, folder, "post", "--case", "beacon", "--via", "x", "--dry-run")
    assert "In earnest these would be left out" in warned
    done = run(outreach, folder, *POST, env={**x.environment, **AT_ONCE})
    assert [post["name"] for post in done["posts"]] == ["solidarity"]
    assert done["excluded"] == {"past the ask's date": 1}
    late = run(outreach, folder, *EARNEST, env={**x.environment, **AT_ONCE})
    assert [post["name"] for post in late["posts"]] == ["ask"]
    assert [post.text for post in x.posts][1:] == ["Raise it on 29 September 2022."]
