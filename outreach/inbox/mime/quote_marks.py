"""Lists by which classes, ids and names mail programs mark a quote in the HTML that they write; knows no texts.

Sources: HTML mail as these programs write it, and as their own "show quoted text" reads it.
"""

import re

# Around the whole quote, so that what follows them is the writer's: Gmail, Yahoo, Proton, Zoho, Tuta, GMX, Outlook.
AROUND = re.compile(
    r"\bgmail_quote(?:_container)?\b|\byahoo_quoted|\bprotonmail_quote\b|\bzmail_extra\b|\btutanota_quote\b"
    r"|name\s?=\s?[\"']?quote\b|\bmail-editor-reference-message-container\b|\bms-outlook-mobile-reference-message\b",
    re.IGNORECASE,
)
# Above the quote: Thunderbird, Outlook on the web and for Mac, Roundcube, Zimbra, Spark, Gmail's own line.
ABOVE = re.compile(
    r"\bmoz-cite-prefix\b|\bgmail_attr\b|\bdivRplyFwdMsg\b|\bOLK_SRC_BODY_SECTION\b|\breply-intro\b|\bzwchr\b"
    r"|__QUOTED_TEXT__|__HEADERS__|\bmessageReplySection\b|\breplyIntro\b",
    re.IGNORECASE,
)
QUOTE_MARKS = re.compile(rf"{AROUND.pattern}|{ABOVE.pattern}", re.IGNORECASE)
