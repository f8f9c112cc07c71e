"""Which runs of characters are one emoji to X; knows nothing about lengths or posts.

Emoji 11, as npm twemoji-parser 11.0.2 has them (the version that twitter-text 3.1.0 is built on). Only runs of two
characters and more are told here: an emoji of one character weighs the same as any other character beyond Latin.
"""

import re
from functools import cache

TONE = "[\U0001f3fb-\U0001f3ff]"  # Fitzpatrick
SHOWN_AS_EMOJI = "\ufe0f"
JOINED = "\u200d"
WOMAN_OR_MAN = "[\u2640\u2642]"

# Unicode emoji-data.txt 11.0: Emoji without Emoji_Presentation; some old ones with it as well.
TAKES_SELECTOR = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23ed-\u23ef\u23f1\u23f2"
    "\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2604\u260e\u2611\u2614\u2615\u2618\u2620\u2622"
    "\u2623\u2626\u262a\u262e\u262f\u2638-\u263a\u2640\u2642\u2648-\u2653\u265f\u2660\u2663\u2665\u2666\u2668\u267b"
    "\u267f\u2692-\u2697\u2699\u269b\u269c\u26a0\u26a1\u26aa\u26ab\u26b0\u26b1\u26bd\u26be\u26c4\u26c5\u26c8\u26cf"
    "\u26d1\u26d3\u26d4\u26e9\u26ea\u26f0-\u26f5\u26f8\u26fa\u26fd\u2702\u2708\u2709\u270f\u2712\u2714\u2716\u271d"
    "\u2721\u2733\u2734\u2744\u2747\u2757\u2763\u2764\u27a1\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030"
    "\u303d\u3297\u3299\U0001f004\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f202\U0001f21a\U0001f22f\U0001f237"
    "\U0001f321\U0001f324-\U0001f32c\U0001f336\U0001f37d\U0001f396\U0001f397\U0001f399-\U0001f39b\U0001f39e\U0001f39f"
    "\U0001f3cd\U0001f3ce\U0001f3d4-\U0001f3df\U0001f3f3\U0001f3f5\U0001f3f7\U0001f43f\U0001f441\U0001f4fd\U0001f549"
    "\U0001f54a\U0001f56f\U0001f570\U0001f573\U0001f576-\U0001f579\U0001f587\U0001f58a-\U0001f58d\U0001f5a5\U0001f5a8"
    "\U0001f5b1\U0001f5b2\U0001f5bc\U0001f5c2-\U0001f5c4\U0001f5d1-\U0001f5d3\U0001f5dc-\U0001f5de\U0001f5e1\U0001f5e3"
    "\U0001f5e8\U0001f5ef\U0001f5f3\U0001f5fa\U0001f6cb\U0001f6cd-\U0001f6cf\U0001f6e0-\U0001f6e5\U0001f6e9\U0001f6f0"
    "\U0001f6f3"
)
# Emoji_Modifier_Base: those that take the selector as well, and those that do not.
TAKES_BOTH = "\u261d\u26f7\u26f9\u270c\u270d\U0001f3cb\U0001f3cc\U0001f574\U0001f575\U0001f590"
TAKES_TONE = (
    "\u270a\u270b\U0001f385\U0001f3c2-\U0001f3c4\U0001f3c7\U0001f3ca\U0001f442\U0001f443\U0001f446-\U0001f450"
    "\U0001f466-\U0001f469\U0001f46e\U0001f470-\U0001f478\U0001f47c\U0001f481-\U0001f483\U0001f485-\U0001f487\U0001f4aa"
    "\U0001f57a\U0001f595\U0001f596\U0001f645-\U0001f647\U0001f64b-\U0001f64f\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f6c0"
    "\U0001f6cc\U0001f918-\U0001f91c\U0001f91e\U0001f91f\U0001f926\U0001f930-\U0001f939\U0001f93d\U0001f93e\U0001f9b5"
    "\U0001f9b6\U0001f9b8\U0001f9b9\U0001f9d1-\U0001f9dd"
)
# emoji-zwj-sequences.txt 11.0: persons who become women and men, with a tone, and in groups without one.
PERSON = (
    "\U0001f3c3\U0001f3c4\U0001f3ca\U0001f46e\U0001f471\U0001f473\U0001f477\U0001f481\U0001f482\U0001f486\U0001f487"
    "\U0001f645-\U0001f647\U0001f64b\U0001f64d\U0001f64e\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f926\U0001f935"
    "\U0001f937-\U0001f939\U0001f93d\U0001f93e\U0001f9b8\U0001f9b9\U0001f9d6-\U0001f9dd"
)
PERSONS = "\U0001f46f\U0001f93c\U0001f9de\U0001f9df"
PERSON_ONCE_A_SIGN = "\u26f9\U0001f3cb\U0001f3cc\U0001f574\U0001f575"
TOOL = (
    "\U0001f33e\U0001f373\U0001f393\U0001f3a4\U0001f3a8\U0001f3eb\U0001f3ed\U0001f4bb\U0001f4bc\U0001f527\U0001f52c"
    "\U0001f680\U0001f692\U0001f9b0-\U0001f9b3"
)
HEART, KISS = "\u2764\ufe0f", "\U0001f48b"
MAN, WOMAN, BOY, GIRL = "\U0001f468", "\U0001f469", "\U0001f466", "\U0001f467"
CHILDREN = f"(?:{BOY}{JOINED}{BOY}|{GIRL}{JOINED}[{BOY}{GIRL}]|[{BOY}{GIRL}])"

JOINED_UP = (
    f"[{MAN}{WOMAN}]{TONE}?{JOINED}(?:[\u2695\u2696\u2708]{SHOWN_AS_EMOJI}|[{TOOL}])",
    f"[{PERSON_ONCE_A_SIGN}](?:{TONE}|{SHOWN_AS_EMOJI}){JOINED}{WOMAN_OR_MAN}{SHOWN_AS_EMOJI}",
    f"[{PERSON}]{TONE}?{JOINED}{WOMAN_OR_MAN}{SHOWN_AS_EMOJI}",
    f"[{PERSONS}]{JOINED}{WOMAN_OR_MAN}{SHOWN_AS_EMOJI}",
    f"{WOMAN}{JOINED}{HEART}{JOINED}(?:{KISS}{JOINED})?[{MAN}{WOMAN}]",
    f"{MAN}{JOINED}{HEART}{JOINED}(?:{KISS}{JOINED})?{MAN}",
    f"{MAN}{JOINED}(?:[{MAN}{WOMAN}]{JOINED})?{CHILDREN}",
    f"{WOMAN}{JOINED}(?:{WOMAN}{JOINED})?{CHILDREN}",
    f"\U0001f3f3{SHOWN_AS_EMOJI}{JOINED}\U0001f308",  # rainbow flag
    f"\U0001f3f4{JOINED}\u2620{SHOWN_AS_EMOJI}",  # pirate flag
    f"\U0001f441{JOINED}\U0001f5e8",  # eye in a speech bubble
)
KEYCAP = f"[#*0-9]{SHOWN_AS_EMOJI}?\u20e3"
# Regional indicators: first letter, and the second ones with which it is a flag.
FLAGS = (
    "A:CDEFGILMOQRSTUWXZ B:ABDEFGHIJLMNOQRSTVWYZ C:ACDFGHIKLMNOPRUVWXYZ D:EGJKMOZ E:ACEGHRSTU F:IJKMOR "
    "G:ABDEFGHILMNPQRSTUWY H:KMNRTU I:CDELMNOQRST J:EMOP K:EGHIMNPRWYZ L:ABCIKRSTUVY M:ACDEFGHKLMNOPQRSTUVWXYZ "
    "N:ACEFGILOPRUZ O:M P:AEFGHKLMNRSTWY Q:A R:EOSUW S:ABCDEGHIJKLMNORSTVXYZ T:ACDFGHJKLMNORTVWZ U:AGMNSYZ "
    "V:ACEGINU W:FS X:K Y:ET Z:AMW"
)
# Flags of regions: these letters as tags after a black flag.
TAGGED_FLAGS = ("gbeng", "gbsct", "gbwls")


def as_one_each(text: str) -> str:
    """Put one character in the place of each emoji that is written with several."""
    return _many().sub("\U0001f600", text)


def _indicators(letters: str) -> str:
    return "".join([chr(0x1F1E6 + ord(letter) - ord("A")) for letter in letters])


@cache
def _many() -> re.Pattern[str]:
    """Compiled when it is first used: that takes longer than most commands' other imports."""
    forms = [
        *JOINED_UP,
        KEYCAP,
        f"[{TAKES_SELECTOR}]{SHOWN_AS_EMOJI}",
        f"[{TAKES_BOTH}](?:{SHOWN_AS_EMOJI}{TONE}?|{TONE})",
        f"[{TAKES_TONE}]{TONE}",
        *[
            "\U0001f3f4" + "".join([chr(0xE0000 + ord(letter)) for letter in tags]) + "\U000e007f"
            for tags in TAGGED_FLAGS
        ],
        *[f"{_indicators(flag[0])}[{_indicators(flag[2:])}]" for flag in FLAGS.split()],
    ]
    return re.compile("|".join(forms))
