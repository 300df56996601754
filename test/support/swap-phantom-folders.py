"""Replaces every new folder in INBOX with a link to OUTSIDE, as often as it can, until it is ended."""

import os
import sys

inbox, outside = sys.argv[1:3]
print("ready", flush=True)
number = 0
while True:
    for name in os.listdir(inbox):
        path = os.path.join(inbox, name)
        if name.startswith(".") or os.path.islink(path):
            continue
        number += 1
        try:
            os.rename(path, os.path.join(inbox, f".away-{number}"))
            os.symlink(outside, path)
        except OSError:
            pass
