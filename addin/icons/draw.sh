#!/usr/bin/env bash
# Draws the icons that Office asks for from the SVG files beside this script; needs rsvg-convert (Debian: librsvg2-bin).
# Only run when a drawing changes: the PNG files are kept with the code.
set -euo pipefail
cd "$(dirname "$0")"
images=../apportion_addin/host/static/images
draw() { rsvg-convert --width "$2" --height "$2" "$1.svg" --output "$images/$3"; }
mkdir -p "$images/icons"
for source in *.svg; do
  name=${source%.svg}
  for size in 16 32 80; do draw "$name" "$size" "icons/$name-$size.png"; done
done
for size in 64 128; do draw apportion "$size" "icons/apportion-$size.png"; done
draw apportion 32 favicon.png
