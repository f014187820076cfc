"""Draws the sample scans that lie beside it.

    python samples/draw.py

Needs Pillow and two open fonts, on Debian in the packages ``fonts-dejavu-core`` and
``fonts-wqy-microhei``. The same versions of both draw the same bytes again. Everybody and
everything that the papers name is invented.
"""
# ruff: noqa: INP001, RUF001  a script and no package; Chinese has its own punctuation

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

SERIF = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
BOLD = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
SANS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
MONO = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
CHINESE = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"

A4 = (1240, 1754)  # at 150 dpi
A5 = (1748, 1240)  # lying, at 210 dpi
TILL_ROLL = (600, 1180)  # 80 mm wide, at 190 dpi
INK = 45


@dataclass(frozen=True)
class Text:
    """A line of print; ``x`` is its left end, or its right end where ``right`` is set."""

    x: int
    y: int
    words: str
    size: int = 28
    font: str = SERIF
    right: bool = False


@dataclass(frozen=True)
class Paper:
    """A sheet and how it went through the scanner."""

    name: str
    size: tuple[int, int]
    texts: tuple[Text, ...]
    rules: tuple[tuple[int, int, int, int], ...] = ()
    tone: tuple[int, int, int] | None = None
    """Colour of the paper; none for a scan in grey."""
    crooked: float = 0.0
    """Degrees, counter-clockwise."""
    grain: int = 6
    """Greatest difference that the sensor's noise makes, of 255."""
    black_and_white: bool = False


LETTER = Paper(
    "letter.jpg",
    A4,
    (
        Text(150, 150, "Harbour Lane Bookbinders", 40, BOLD),
        Text(150, 206, "14 Harbour Lane, Northwick", 24, SANS),
        Text(1090, 330, "3 March 2025", right=True),
        Text(150, 430, "Dear Ms Ellery,"),
        Text(150, 510, "Thank you for the two ledgers, which arrived on Monday."),
        Text(150, 560, "The older volume has lost its spine, and its first leaves are"),
        Text(150, 610, "loose, but we can sew it again on linen tapes and keep the"),
        Text(150, 660, "original boards."),
        Text(150, 740, "The work takes three weeks and costs 285.00 in all."),
        Text(150, 790, "Please let us know whether we may begin."),
        Text(150, 900, "Yours sincerely,"),
        Text(150, 1010, "Tamsin Quillfeather"),
    ),
)
RECEIPT = Paper(
    "receipt.jpg",
    TILL_ROLL,
    (
        Text(160, 60, "GREEN BASKET", 38, BOLD),
        Text(150, 116, "27 Orchard Road", 30, MONO),
        Text(40, 210, "Receipt 004817", 28, MONO),
        Text(40, 256, "2025-03-08  17:42", 28, MONO),
        *(
            text
            for row, (item, price) in enumerate(
                (
                    ("Apples 1.2 kg", "3.48"),
                    ("Rye bread", "2.95"),
                    ("Butter 250 g", "2.60"),
                    ("Coffee beans", "8.75"),
                    ("Paper bag", "0.20"),
                )
            )
            for text in (
                Text(40, 350 + 56 * row, item, 28, MONO),
                Text(560, 350 + 56 * row, price, 28, MONO, right=True),
            )
        ),
        Text(40, 680, "TOTAL", 36, BOLD),
        Text(560, 680, "17.98", 36, BOLD, right=True),
        Text(40, 760, "Cash", 28, MONO),
        Text(560, 760, "20.00", 28, MONO, right=True),
        Text(40, 816, "Change", 28, MONO),
        Text(560, 816, "2.02", 28, MONO, right=True),
        Text(110, 960, "Thank you, come again", 28, MONO),
    ),
    rules=((40, 320, 560, 320), (40, 650, 560, 650)),
    crooked=0.6,
    grain=14,
)
INVOICE = Paper(
    "invoice-zh.jpg",
    A4,
    (
        Text(400, 140, "云杉办公用品商店", 52, CHINESE),
        Text(530, 220, "销售清单", 40, CHINESE),
        Text(130, 330, "客户：松林小学", 32, CHINESE),
        Text(1110, 330, "日期：2025年3月12日", 32, CHINESE, right=True),
        *(
            Text(x, 440 + 80 * row, words, 32, CHINESE)
            for row, cells in enumerate(
                (
                    ("品名", "数量", "单价", "金额"),
                    ("复印纸", "20", "23.50", "470.00"),
                    ("文件夹", "45", "6.80", "306.00"),
                    ("黑色墨水", "12", "39.00", "468.00"),
                    ("订书机", "3", "28.00", "84.00"),
                )
            )
            for x, words in zip((150, 520, 740, 960), cells, strict=True)
        ),
        Text(150, 880, "合计人民币：1328.00元", 36, CHINESE),
        Text(130, 1000, "货物已当面点清，请妥善保管此单。", 32, CHINESE),
        Text(1110, 1120, "经手人：陈小禾", 32, CHINESE, right=True),
    ),
    rules=tuple((130, 424 + 80 * row, 1110, 424 + 80 * row) for row in range(6)),
    tone=(250, 247, 236),
)
NOTICE = Paper(
    "notice-zh.png",
    A5,
    (
        Text(660, 120, "停水通知", 96, CHINESE),
        Text(160, 320, "各位住户：", 52, CHINESE),
        Text(260, 420, "因更换水管，本楼定于4月6日上午9时至", 52, CHINESE),
        Text(160, 520, "下午3时停水，请提前储水。", 52, CHINESE),
        Text(260, 620, "如有疑问，请拨打电话 5550 1234。", 52, CHINESE),
        Text(1580, 820, "梧桐苑物业服务中心", 52, CHINESE, right=True),
        Text(1580, 920, "2025年4月2日", 52, CHINESE, right=True),
    ),
    black_and_white=True,
)
DELIVERY = Paper(
    "delivery-mixed.jpg",
    A4,
    (
        Text(140, 140, "Delivery Note 送货单", 48, CHINESE),
        Text(140, 250, "No. DN-20250318-07", 30, SANS),
        Text(140, 310, "收货人 Ship to: 蓝湾书店 Blue Bay Books", 32, CHINESE),
        *(
            Text(x, 430 + 76 * row, words, 30, CHINESE)
            for row, cells in enumerate(
                (
                    ("Item 货品", "Qty 数量", "Weight 重量"),
                    ("Picture books 绘本", "36", "14.4 kg"),
                    ("Dictionaries 词典", "8", "19.2 kg"),
                    ("Postcards 明信片", "500", "2.5 kg"),
                )
            )
            for x, words in zip((150, 640, 890), cells, strict=True)
        ),
        Text(140, 800, "Keep dry 防潮", 40, CHINESE),
        Text(140, 900, "Signature 签收：", 32, CHINESE),
    ),
    rules=((140, 482, 1100, 482), (420, 946, 900, 946)),
    tone=(244, 238, 222),
    crooked=-1.8,
    grain=26,
)


def main() -> None:
    """Draws every sample anew."""
    for paper in (LETTER, RECEIPT, INVOICE, NOTICE, DELIVERY):
        target = Path(__file__).with_name(paper.name)
        scanned = scan(paper)
        if paper.black_and_white:
            scanned.convert("1", dither=Image.Dither.NONE).save(
                target, optimize=True, dpi=(210, 210)
            )
        else:
            scanned.save(target, quality=62, optimize=True, dpi=(150, 150))


def scan(paper: Paper) -> Image.Image:
    """Prints a sheet and scans it: crooked, a little blurred, unevenly lit, and with noise."""
    sheet = printed(paper).rotate(paper.crooked, Image.Resampling.BICUBIC, fillcolor="white")
    seen = sheet.filter(ImageFilter.GaussianBlur(0.6))
    seen = ImageChops.multiply(seen, light(paper.size))
    seen = ImageChops.subtract(seen, noise(paper))
    if paper.tone is None:
        return seen
    bands = [seen.point(lambda value, share=share: value * share // 255) for share in paper.tone]
    return Image.merge("RGB", bands)


def printed(paper: Paper) -> Image.Image:
    """Prints a sheet."""
    sheet = Image.new("L", paper.size, "white")
    draw = ImageDraw.Draw(sheet)
    for text in paper.texts:
        font = ImageFont.truetype(text.font, text.size)
        anchor = "ra" if text.right else "la"
        draw.text((text.x, text.y), text.words, fill=INK, font=font, anchor=anchor)
    for rule in paper.rules:
        draw.line(rule, fill=INK, width=2)
    return sheet


def light(size: tuple[int, int]) -> Image.Image:
    """Lights a sheet from its left, as the lid of a scanner does not quite close."""
    shade = Image.linear_gradient("L").rotate(90).resize(size)
    return shade.point(lambda value: 255 - value // 24)


def noise(paper: Paper) -> Image.Image:
    """Scatters a sensor's noise, the same for each run."""
    width, height = paper.size
    grains = Random(paper.name).randbytes(width * height)  # noqa: S311  grain, no secret
    coarse = Image.frombytes("L", paper.size, grains).filter(ImageFilter.GaussianBlur(0.8))
    return coarse.point(lambda value: value * paper.grain // 255)


if __name__ == "__main__":
    main()
