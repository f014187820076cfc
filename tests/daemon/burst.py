"""Fills the folder ``scans`` with so many images, all of one content, a thousand a directory."""

import os
import sys
from pathlib import Path

from PIL import Image

images = int(sys.argv[1])
Image.new("L", (60, 60), "white").save("scans/first.png")
os.utime("scans/first.png", (1_000_000_000, 1_000_000_000))
for directory in range(images // 1000):
    Path(f"scans/{directory}").mkdir()
    for number in range(1000):
        os.link("scans/first.png", f"scans/{directory}/{number}.png")
