#!/bin/sh
# png.sh FILE.svg [FILE.png]: renders a picture of a screen, at twice its size.
set -eu
[ $# -ge 1 ] || { echo 'usage: png.sh FILE.svg [FILE.png]' >&2; exit 2; }
command -v rsvg-convert >/dev/null || { echo 'png.sh: install librsvg2-bin' >&2; exit 2; }
exec rsvg-convert --zoom 2 --output "${2:-${1%.svg}.png}" "$1"
