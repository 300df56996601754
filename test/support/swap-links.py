"""Swaps entries of an inbox with links to what is outside, fast and slowly: INBOX OUTSIDE."""

import os
import socket
import sys
import threading
import time

inbox, outside = sys.argv[1:3]
with open(os.path.join(inbox, ".own"), "rb") as file:
    OWN = file.read()
rounds = 0


def put_file(path):
    part = os.path.join(inbox, f".part-{threading.get_ident()}")
    with open(part, "wb") as file:
        file.write(OWN)
    os.replace(part, path)


def put_link(target, path):
    part = os.path.join(inbox, f".link-{threading.get_ident()}")
    os.symlink(target, part)
    os.replace(part, path)


def swap_file(name, as_file, as_link):
    path = os.path.join(inbox, name)
    put_file(path)
    time.sleep(as_file)
    put_link(os.path.join(outside, "secret.png"), path)
    time.sleep(as_link)


def swap_folder(name, as_folder, as_link):
    path = os.path.join(inbox, name)
    away = os.path.join(inbox, f".{name}")
    os.mkdir(away)
    put_file(os.path.join(away, "secret.png"))
    os.rename(away, path)
    time.sleep(as_folder)
    os.rename(path, away)
    os.symlink(outside, path)
    os.unlink(os.path.join(away, "secret.png"))
    os.rmdir(away)
    time.sleep(as_link)
    os.unlink(path)


def swap_canary():
    put_link(os.path.join(outside, "victim"), os.path.join(inbox, ".bonewatch-canary"))
    time.sleep(0.002)


def forever(swap, *arguments):
    global rounds
    while True:
        swap(*arguments)
        rounds += 1


os.mkfifo(os.path.join(inbox, "pipe.png"))
listening = socket.socket(socket.AF_UNIX)
listening.bind(os.path.join(inbox, "socket.png"))
os.symlink(os.path.join(outside, "secret.png"), os.path.join(inbox, "always.png"))
SWAPS = [
    (swap_file, "fast.png", 0.001, 0.001),
    (swap_file, "read.png", 0.1, 0.02),
    (swap_file, "slow.png", 0.5, 0.5),
    (swap_folder, "fast", 0.001, 0.001),
    (swap_folder, "read", 0.1, 0.05),
    (swap_folder, "slow", 0.05, 1),
    (swap_canary,),
]
for swap in SWAPS:
    threading.Thread(target=forever, args=swap, daemon=True).start()
while True:
    time.sleep(1)
    print(rounds, flush=True)
