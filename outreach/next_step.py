"""Says what a person should do next, as a value; knows no command line and no page, which put it into words.

A face words each step in its own way: the command line as a command to type, a page as a button.
"""

from dataclasses import dataclass, fields
from enum import StrEnum


class Action(StrEnum):
    """What a person can do next. What each is about is in ABOUT."""

    # The outbox
    LIST_MESSAGES = "list_messages"
    RUN_QUEUE = "run_queue"
    WATCH_QUEUE = "watch_queue"  # run it until nothing waits any more
    RETRY = "retry"  # queue the same message again
    RETRY_WITHDRAWN = "retry_withdrawn"  # queue again what was withdrawn and never left
    RETRY_AT_NEW_ADDRESS = "retry_at_new_address"  # write it anew to the address that the mission has now
    REWRITE = "rewrite"  # write it anew, by the files as they are now
    WITHDRAW = "withdraw"
    SETTLE = "settle"  # find out what became of unconfirmed messages; posts are looked up
    SETTLE_AS_SENT = "settle_as_sent"
    SETTLE_AS_NOT_SENT = "settle_as_not_sent"
    SEND_LETTERS = "send_letters"
    PUBLISH_POSTS = "publish_posts"
    DELETE_POST = "delete_post"

    # The desk
    LIST_REPLIES = "list_replies"  # those that need a person; of one kind, also those that need nobody any more
    READ_REPLIES = "read_replies"  # those that need a person, before anything else is done
    LIST_ALL_REPLIES = "list_all_replies"
    LIST_UNMATCHED_MAIL = "list_unmatched_mail"
    LIST_UNREADABLE_MAIL = "list_unreadable_mail"
    SHOW_REPLY = "show_reply"
    MARK_REPLY = "mark_reply"  # say what it means
    MARK_AS_NO_ANSWER = "mark_as_no_answer"
    ASSIGN_REPLY = "assign_reply"  # say whose it is
    ADD_CONTACT = "add_contact"  # add the address that it came from to its mission

    IMPORT_MAIL = "import_mail"  # take in mail that was exported by hand

    # The campaign's files
    SHOW_MISSION = "show_mission"
    SUPPRESS_ADDRESS = "suppress_address"  # one address, or all of a State's mission
    UNSUPPRESS_ADDRESS = "unsuppress_address"
    CHECK_MISSIONS = "check_missions"
    LIST_CASES = "list_cases"
    CHECK_CASES = "check_cases"
    NEW_CASE = "new_case"  # make a case file
    NEW_ASK = "new_ask"  # add what is asked of States
    CONFIRM_FACTS = "confirm_facts"  # say whether the facts of a case are still true
    RESUME_CASE = "resume_case"  # let a stopped case go on
    WITHDRAW_CASE = "withdraw_case"  # everything that waits about a case

    # Supporters
    LIST_VOICES = "list_voices"  # those that wait for a person
    LIST_DIGESTS = "list_digests"
    PREPARE_DIGEST = "prepare_digest"
    APPROVE_DIGEST = "approve_digest"  # by somebody who did not prepare it

    # How things stand
    SHOW_STATUS = "show_status"
    EXPORT_STATUS = "export_status"  # as a table, a row for each State, case and ask
    READ_LEDGER = "read_ledger"
    REPORT_TO_ALL = "report_to_all"  # make the report for outside
    REPORT_TO_TEAM = "report_to_team"  # make a report that is not for outside
    CHECK_SETUP = "check_setup"
    MAKE_KEY = "make_key"  # a key that supporters' addresses are sealed with
    ADOPT_JOURNAL = "adopt_journal"  # take it that what the journal alone knows may have left


# The fields of NextStep that mean something for each action.
ABOUT: dict[Action, frozenset[str]] = {
    Action.LIST_MESSAGES: frozenset({"case", "state", "statuses"}),
    Action.RUN_QUEUE: frozenset({"case", "after_deadline"}),
    Action.WATCH_QUEUE: frozenset({"case", "after_deadline"}),
    Action.RETRY: frozenset({"ids"}),
    Action.RETRY_WITHDRAWN: frozenset({"case"}),
    Action.RETRY_AT_NEW_ADDRESS: frozenset({"ids"}),
    Action.REWRITE: frozenset({"ids"}),
    Action.WITHDRAW: frozenset({"ids"}),
    Action.SETTLE: frozenset({"ids"}),
    Action.SETTLE_AS_SENT: frozenset({"ids"}),
    Action.SETTLE_AS_NOT_SENT: frozenset({"ids"}),
    Action.SEND_LETTERS: frozenset({"case", "ask", "round", "after_deadline", "include_unverified"}),
    Action.PUBLISH_POSTS: frozenset({"case", "ask", "after_deadline"}),
    Action.DELETE_POST: frozenset({"ids"}),
    Action.LIST_REPLIES: frozenset({"case", "state", "kind"}),
    Action.READ_REPLIES: frozenset({"case", "state"}),
    Action.LIST_ALL_REPLIES: frozenset({"case", "state"}),
    Action.LIST_UNMATCHED_MAIL: frozenset(),
    Action.LIST_UNREADABLE_MAIL: frozenset(),
    Action.SHOW_REPLY: frozenset({"ids"}),
    Action.MARK_REPLY: frozenset({"ids", "stance"}),
    Action.MARK_AS_NO_ANSWER: frozenset({"ids"}),
    Action.ASSIGN_REPLY: frozenset({"ids", "state", "case"}),
    Action.ADD_CONTACT: frozenset({"ids", "state"}),
    Action.IMPORT_MAIL: frozenset(),
    Action.SHOW_MISSION: frozenset({"state"}),
    Action.SUPPRESS_ADDRESS: frozenset({"address", "state", "reason"}),
    Action.UNSUPPRESS_ADDRESS: frozenset({"address", "state"}),
    Action.CHECK_MISSIONS: frozenset(),
    Action.LIST_CASES: frozenset(),
    Action.CHECK_CASES: frozenset(),
    Action.NEW_CASE: frozenset({"case"}),
    Action.NEW_ASK: frozenset(),
    Action.CONFIRM_FACTS: frozenset({"case"}),
    Action.RESUME_CASE: frozenset({"case"}),
    Action.WITHDRAW_CASE: frozenset({"case"}),
    Action.LIST_DIGESTS: frozenset(),
    Action.PREPARE_DIGEST: frozenset({"ask"}),
    Action.APPROVE_DIGEST: frozenset({"batch"}),
    Action.SHOW_STATUS: frozenset({"case", "ask"}),
    Action.EXPORT_STATUS: frozenset({"case", "ask"}),
    Action.READ_LEDGER: frozenset({"case", "ask", "state", "channel"}),
    Action.REPORT_TO_ALL: frozenset(),
    Action.REPORT_TO_TEAM: frozenset({"case", "ask"}),
    Action.CHECK_SETUP: frozenset(),
    Action.MAKE_KEY: frozenset(),
    Action.LIST_VOICES: frozenset(),
    Action.ADOPT_JOURNAL: frozenset(),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a person should do next, and about what. ValueError for a field that the action knows nothing of.

    `ids` are of messages in the outbox, or of messages at the desk, as the action has it. `state` is an alpha-3 code.
    A field that is left empty where the action needs it is for the person to fill in. Whether it is about the
    rehearsal is known by whoever opened the outbox, and is not said here.
    """

    action: Action
    ids: tuple[int, ...] = ()
    case: str = ""
    ask: str = ""
    round: str = ""
    state: str = ""
    address: str = ""
    reason: str = ""
    channel: str = ""
    kind: str = ""
    stance: str = ""
    statuses: tuple[str, ...] = ()
    batch: str = ""
    after_deadline: bool = False
    include_unverified: bool = False

    def __post_init__(self) -> None:
        given = {field.name for field in fields(self) if field.name != "action" and getattr(self, field.name)}
        if unknown := given - ABOUT[self.action]:
            raise ValueError(f"{self.action.value} is not about {', '.join(sorted(unknown))}")
