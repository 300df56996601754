"""Regenerates both font files: python3 cut-fonts.py PretendardVariable.ttf (needs fonttools and brotli).

The first file retains its characters and gains every character in the sources of the pages and in the daemon's plain
words; the second contains the other syllables of KS X 1001.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).parent
PAGES = HERE.parents[1]
PLAIN_WORDS = PAGES.parent / "screens" / "plain-words.ts"
FEATURES = ["calt", "case", "locl", "pnum", "tnum", "kern"]
FAMILIES = {"bonewatch-sans": "Bonewatch Sans", "bonewatch-sans-hangul": "Bonewatch Sans Hangul"}


def syllables_of_ks_x_1001() -> set[int]:
    rows = range(0xB0, 0xC9)
    return {ord(bytes([row, cell]).decode("euc-kr")) for row in rows for cell in range(0xA1, 0xFF)}


def characters_of_pages() -> set[int]:
    sources = [path for kind in ("*.ts", "*.tsx", "*.html") for path in PAGES.rglob(kind)]
    return {ord(character) for path in [PLAIN_WORDS, *sources] for character in path.read_text("utf8") if character.isprintable()}


def cut(original: str, name: str, characters: set[int]) -> None:
    options = subset.Options(layout_features=FEATURES, flavor="woff2", name_IDs=["*"], notdef_outline=True)
    font = subset.load_font(original, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": (400, 800)})
    rename(font, FAMILIES[name])
    subset.save_font(font, HERE / f"{name}.woff2", options)


def rename(font: TTFont, family: str) -> None:
    """The licence reserves the original's name; the trademark notice stays."""
    for record in font["name"].names:
        if record.nameID == 7:
            continue
        text = record.toUnicode()
        spaced = text.replace("Pretendard Variable", family)
        record.string = spaced.replace("PretendardVariable", family.replace(" ", "")).replace("Pretendard", family)


if __name__ == "__main__":
    before = {name: set(TTFont(HERE / f"{name}.woff2").getBestCmap()) for name in FAMILIES}
    used = before["bonewatch-sans"] | characters_of_pages()
    cut(sys.argv[1], "bonewatch-sans", used)
    cut(sys.argv[1], "bonewatch-sans-hangul", before["bonewatch-sans-hangul"] | syllables_of_ks_x_1001() - used)
