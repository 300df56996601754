"""Records what DCMTK and pydicom make of pictures, for the JSON files next to this one.

    node test/support/reference-cases.ts FOLDER
    python3 test/radiograph/golden/record.py FOLDER [FOLDER OF REAL FILES]
    npx prettier --write test/radiograph/golden

Needs dcm2pnm, dcmj2pnm and dcml2pnm (Debian: dcmtk) and, from PyPI, pydicom, numpy and pylibjpeg with its codecs.
Display pixels are 0 (black) to 65535 (white). Of real files only facts are stored: a hash, a few grey levels.
"""

import hashlib
import json
import pathlib
import subprocess
import sys

import numpy
import pydicom
from pydicom.pixels import apply_modality_lut, apply_voi_lut

folder = pathlib.Path(sys.argv[1])
here = pathlib.Path(__file__).parent
cases = json.loads((folder / "cases.json").read_text())


def dcmtk_picture(program, path, choice):
    shown = folder / "shown.pgm"
    subprocess.run([program, "-q", *choice, "+opw", str(path), str(shown)], check=True)
    lines = [line.split("#")[0] for line in shown.read_text().splitlines()]
    kind, _, _, top, *values = " ".join(lines).split()
    assert kind == "P2", kind
    return [round(int(value) * 65535 / int(top)) for value in values]


def shown_by_dcmtk(path, case):
    has_table = "VOILUTSequence" in pydicom.dcmread(path)
    return dcmtk_picture("dcm2pnm", path, ["+Wl" if has_table else "+Wi", str(case["windowIndex"] + 1)])


def shown_by_pydicom(path, case):
    image = pydicom.dcmread(path)
    values = apply_modality_lut(image.pixel_array, image)
    low, high = output_range(image)
    shown = apply_voi_lut(values, image, index=case["windowIndex"]).astype(numpy.float64)
    unit = numpy.clip((shown - low) / (high - low), 0, 1)
    if image.PhotometricInterpretation == "MONOCHROME1":
        unit = 1 - unit
    return [int(round(value)) for value in (unit * 65535).flatten()]


def output_range(image):
    """What apply_voi_lut calls black and white (pydicom.pixels.processing.apply_windowing and apply_voi)."""
    if "VOILUTSequence" in image:
        return 0, 2 ** image.VOILUTSequence[0].LUTDescriptor[2] - 1
    if "ModalityLUTSequence" in image:
        low, high = 0, 2 ** image.ModalityLUTSequence[0].LUTDescriptor[2] - 1
    elif image.PixelRepresentation == 0:
        low, high = 0, 2**image.BitsStored - 1
    else:
        low, high = -(2 ** (image.BitsStored - 1)), 2 ** (image.BitsStored - 1) - 1
    if "RescaleSlope" in image:
        ends = [low * image.RescaleSlope + image.RescaleIntercept, high * image.RescaleSlope + image.RescaleIntercept]
        # pydicom scales from the first to the second, also where the slope is negative.
        low, high = ends
    return float(low), float(high)


def version_of_dcmtk():
    out = subprocess.run(["dcm2pnm", "--version"], capture_output=True, text=True).stdout
    return out.split("$")[1].split()[2].removeprefix("v")


def record(name, tool, show):
    shown = {case["name"]: show(folder / f"{index}.dcm", case) for index, case in enumerate(cases)}
    (here / name).write_text(json.dumps({"tool": tool, "shown": shown}) + "\n")


def facts_of(path):
    """Stored pixels by pydicom, and what DCMTK shows at 64 places spread over the picture."""
    image = pydicom.dcmread(path, force=True)
    if not hasattr(image, "file_meta") or "TransferSyntaxUID" not in image.file_meta:
        return None
    if image.PhotometricInterpretation not in ("MONOCHROME1", "MONOCHROME2"):
        return None
    facts = {"file": path.name, "storedSha256": None}
    syntax = str(image.file_meta.TransferSyntaxUID)
    try:
        # Two right decoders of DCT coefficients may differ by one.
        if syntax.endswith((".4.50", ".4.51")):
            raise RuntimeError("left out, since its JPEG is lossy")
        facts["storedSha256"] = hashlib.sha256(image.pixel_array.tobytes()).hexdigest()
    except RuntimeError as error:
        print(path.name, "has no pixels of pydicom:", str(error).splitlines()[-1])
    program = "dcml2pnm" if syntax.endswith((".4.80", ".4.81")) else "dcmj2pnm"
    if "WindowCenter" not in image or syntax.endswith((".4.90", ".4.91")):
        return facts
    shown = dcmtk_picture(program, path, ["+Wi", "1"])
    places = [round((place + 0.5) * len(shown) / 64) for place in range(64)]
    return {**facts, "shown": [{"at": place, "grey": shown[place]} for place in places]}


def record_real(real):
    found = [facts_of(path) for path in sorted(real.glob("*.dcm"))]
    tools = [f"pydicom {pydicom.__version__}", f"DCMTK {version_of_dcmtk()}"]
    facts = {"tools": tools, "files": [each for each in found if each]}
    (here / "real-files.json").write_text(json.dumps(facts, indent=1) + "\n")


record("dcmtk.json", f"DCMTK {version_of_dcmtk()} dcm2pnm", shown_by_dcmtk)
record("pydicom.json", f"pydicom {pydicom.__version__}", shown_by_pydicom)
if len(sys.argv) > 2:
    record_real(pathlib.Path(sys.argv[2]))
