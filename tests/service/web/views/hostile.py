"""Names and words that a folder of scans may have."""

SCRIPT = "<script>alert(1)</script>"
NAMES = [
    f"{SCRIPT.replace('/', '')}.png",
    "'\" onmouseover=alert(1) x='.png",
    "{{ 7 * 7 }}{% raw %}.png",
    "a\u202egnp.exe\u2066.png",
    "\udcff\udc80.png",
    "a\nb\r\tc\x00\x1b[2J.png".replace("\x00", ""),
    "&amp;&lt;.png",
    "x" * 251 + ".png",
    "x" * 230 + ".png",
    "javascript:alert(1)\u2028.png",
    "发票 二〇二六.png",
]
