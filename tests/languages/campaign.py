"""Makes a campaign that writes Portuguese and Arabic beside English; its letters are made up, and say so."""

import shutil
from pathlib import Path

from tests.conftest import CAMPAIGN

HERE = Path(__file__).parent
LANGUAGES = ("en", "pt", "ar")
# Of each case title, place and mention.
WORDS = {
    "pt": {
        "beacon": ("Centro «Beacon»", "na Bielorrússia", "os membros do Centro «Beacon» (Bielorrússia)"),
        "sample": ("A. Sample", "na China", "A. Sample (China)"),
        "specimen": ("B. Specimen", "no Egito", "B. Specimen (Egito)"),
    },
    "ar": {
        "beacon": ("مركز Beacon", "في بيلاروس", "أعضاء مركز Beacon (بيلاروس)"),
        "sample": ("A. Sample", "في الصين", "A. Sample (الصين)"),
        "specimen": ("B. Specimen", "في مصر", "B. Specimen (مصر)"),
    },
}
ASKS = {
    "pt": "Pedimos à delegação que fale deste caso {{ again }} publicamente {{ when }}.",
    "ar": "نرجو من الوفد أن يتحدث {{ again }} عن هذه القضية علنا {{ when }}.",
}


def make_campaign(folder: Path) -> Path:
    """Copy the campaign of the tests, and let it write three languages."""
    shutil.copytree(CAMPAIGN, folder)
    for part in ("letters", "tweets"):
        shutil.copytree(HERE / part, folder / "templates" / part, dirs_exist_ok=True)
    settings = folder / "outreach.toml"
    text = settings.read_text(encoding="utf-8").replace('["en", "fr", "es"]', str(list(LANGUAGES)).replace("'", '"'))
    lines = [f'text.{language} = "{sentence}"\n' for language, sentence in ASKS.items()]
    settings.write_text("".join([text.rstrip(), "\n", *lines]), encoding="utf-8")
    for case in WORDS["pt"]:
        path = folder / "cases" / f"{case}.md"
        text = path.read_text(encoding="utf-8")
        for number, key in enumerate(("title", "place", "mention")):
            own = "".join(f'  {language}: "{words[case][number]}"\n' for language, words in WORDS.items())
            text = text.replace(f"{key}:\n", f"{key}:\n{own}", 1)
        path.write_text(text, encoding="utf-8")
    return folder
