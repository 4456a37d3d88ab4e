"""Make the two font subsets that the reports embed, from one published package whose hashes are stated here.

Not part of set-up: the results are committed. Needs npm on the PATH (to fetch the package) and fonttools
(in requirements/dev.txt, or ``pip install fonttools==4.68.0`` in an environment of its own):

    python scripts/make_fonts.py [--package expo-google-fonts-noto-sans-sc-0.4.3.tgz]

The subsets keep the name "Noto Sans SC" (the reserved name of the licence is 'Source') and every name record,
so that copyright and licence stay inside the files; LICENSE_FONT (SIL OFL 1.1) is copied beside them.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

PACKAGE = "@expo-google-fonts/noto-sans-sc@0.4.3"
ARCHIVE = "expo-google-fonts-noto-sans-sc-0.4.3.tgz"
ARCHIVE_SHA256 = "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59"
FOLDER = Path(__file__).resolve().parents[1] / "src" / "huoju" / "reports" / "fonts"
FACES = (  # member, its sha256, character set, name of the subset
    (
        "package/400Regular/NotoSansSC_400Regular.ttf",
        "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16",
        "gbk",
        "NotoSansSC-Regular-GBK.ttf",
    ),
    (
        "package/700Bold/NotoSansSC_700Bold.ttf",
        "9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96",
        "gb2312",
        "NotoSansSC-Bold-GB2312.ttf",
    ),
)
LICENCE = "package/LICENSE_FONT"
LATIN = ((0x20, 0x7E), (0xA0, 0x24F), (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20CF), (0x2100, 0x214F))
SIGNS = ((0x2190, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x25FF), (0x3000, 0x303F), (0xFF00, 0xFFEF))


def characters(codec: str) -> set[int]:
    """Return the code points that a two-byte character set of China can write, with Latin letters and signs."""
    pairs = (bytes((high, low)) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF))
    texts = (pair.decode(codec, "ignore") for pair in pairs)
    written = {ord(text) for text in texts if len(text) == 1}
    return written | {point for first, last in LATIN + SIGNS for point in range(first, last + 1)}


def fetch(folder: Path) -> Path:
    """Return the package that npm fetches into a folder."""
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder / ARCHIVE


def member(archive: Path, name: str) -> bytes:
    """Return the bytes of one file of the package."""
    with tarfile.open(archive) as package:
        found = package.extractfile(name)
        if found is None:
            raise SystemExit(f"{archive}: {name} is no file; expected the package {PACKAGE}.")
        return found.read()


def check(data: bytes, expected: str, what: str) -> None:
    """Stop where bytes are not the ones that were looked at when this script was written."""
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise SystemExit(f"{what}: sha256 is {found}, expected {expected}. Fetch {PACKAGE} again.")


def cut(source: Path, codec: str, target: Path) -> int:
    """Write the subset of a face and return how many characters it has."""
    options = subset.Options(name_IDs=["*"], name_languages=["*"], notdef_outline=True)
    font = TTFont(source, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters(codec))
    cutter.subset(font)
    font.save(target)
    return len(font.getBestCmap())


def main() -> None:
    """Fetch or open the package, check it, write the subsets and the licence, and say what was written."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--package", type=Path, help="the package file, where it is already here")
    chosen: Path | None = arguments.parse_args().package
    with tempfile.TemporaryDirectory() as name:
        archive = chosen or fetch(Path(name))
        check(archive.read_bytes(), ARCHIVE_SHA256, str(archive))
        FOLDER.mkdir(parents=True, exist_ok=True)
        licence = member(archive, LICENCE)
        if b"SIL OPEN FONT LICENSE Version 1.1" not in licence:
            raise SystemExit(f"{LICENCE} is not the SIL Open Font License 1.1; the fonts can't be shipped.")
        (FOLDER / "LICENSE_FONT").write_bytes(licence)
        for inside, expected, codec, result in FACES:
            face = Path(name) / Path(inside).name
            face.write_bytes(member(archive, inside))
            check(face.read_bytes(), expected, inside)
            count = cut(face, codec, FOLDER / result)
            size = (FOLDER / result).stat().st_size
            print(f"{result}: {count:,} characters, {size:,} bytes")


if __name__ == "__main__":
    main()
