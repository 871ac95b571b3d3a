#!/usr/bin/env python3
"""Makes docs/refused.svg: the commit that `migguard demo` shows refused, as a terminal shows it, from a real run.

usage: docs/screen.py PATH-OF-MIGGUARD
"""

import html
import os
import pathlib
import pty
import re
import sys

COLUMNS = 100
COLORS = {
    "31": "#f07178", "91": "#f07178", "32": "#a5d68c", "92": "#a5d68c", "33": "#e8bf6a", "93": "#e8bf6a",
    "34": "#82aaff", "94": "#82aaff", "35": "#c792ea", "95": "#c792ea", "36": "#7fd5e0", "96": "#7fd5e0",
}
TEXT, FAINT, PAPER = "#d6deeb", "#8a96a8", "#1b2330"


def spans(line):
    """A line's pieces with their styles, as the escape codes set them."""
    style = {"fill": TEXT, "weight": "normal"}
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", piece)
        if not code:
            if piece:
                yield piece, dict(style)
            continue
        parts = code.group(1).split(";")
        if parts[:2] == ["38", "5"]:
            style["fill"] = COLORS.get({"9": "91", "10": "92", "11": "93", "12": "94", "14": "96"}.get(parts[2], ""), TEXT)
            continue
        for part in parts:
            if part in ("", "0"):
                style = {"fill": TEXT, "weight": "normal"}
            elif part == "1":
                style["weight"] = "bold"
            elif part == "2":
                style["fill"] = FAINT
            elif part in COLORS:
                style["fill"] = COLORS[part]


def wrapped(line):
    """A line in rows of the window's width; escape codes take no room."""
    rows, row, used, style = [], "", 0, ""
    for token in re.findall(r"\x1b\[[0-9;]*m|.", line):
        if token.startswith("\x1b"):
            style = "" if token == "\x1b[0m" else style + token
        else:
            if used == COLUMNS:
                rows.append(row)
                row, used = style, 0
            used += 1
        row += token
    return rows + [row]


def draw(lines):
    rows = [row for line in lines for row in wrapped(line)]
    height = 34 + 19 * len(rows)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COLUMNS * 8.1 + 40:.0f} {height}" role="img" '
        'aria-label="git commit, refused by migguard" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" '
        'font-size="13.5">',
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
    ]
    for number, row in enumerate(rows):
        pieces = "".join(
            f'<tspan fill="{style["fill"]}" font-weight="{style["weight"]}">{html.escape(piece)}</tspan>'
            for piece, style in spans(row)
        )
        out.append(f'<text x="20" y="{30 + 19 * number}" xml:space="preserve">{pieces}</text>')
    return "\n".join(out + ["</svg>\n"])


def on_a_terminal(command):
    """What a command writes where a terminal is, in colour."""
    os.environ.update(TERM="xterm-256color")
    os.environ.pop("NO_COLOR", None)
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    written = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        written += part
    if os.waitpid(child, 0)[1]:
        raise SystemExit(f"{command} failed")
    return written.decode().replace("\r\n", "\n")


def main():
    lines = on_a_terminal([sys.argv[1], "demo"]).splitlines()
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    start = next(at for at, line in enumerate(plain) if line.startswith("$ git commit") and "subscriptions" in line)
    end = next(at for at in range(start, len(plain)) if plain[at].startswith("Refused"))
    while not plain[end - 1]:
        end -= 1
    pathlib.Path(__file__).with_name("refused.svg").write_text(draw(lines[start:end]))


if __name__ == "__main__":
    main()
