import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ocr_watcher.formats.commonmark import cell, heading, line
from tests.formats.markdown import parts

SYNTAX = [
    *("<script>alert(1)</script>", "<b>", "</p>", "<!--", "-->", "<?", "<![CDATA[", "<a@b.c>"),
    *("<https://a.b>", "[x](javascript:alert(1))", "![x](y)", "[x]", "[x]: y", "[^1]", "[ ] "),
    *("`", "``", "```", "~~~", "~", "~~", "*", "**", "***", "_", "__", "# ", "## ", " #", ">"),
    *("1. ", "2) ", "1.", "-", "- ", "+ ", "* ", "---", "===", "-|-", ":-:", "|", "||", "\\"),
    *("&amp;", "&lt;", "&#60;", "&#x3c;", "&", "http://a.b/c_d", "www.a.b", "a_b@c.d", "    "),
    *("a", "B", "7", " ", ".", "发票", "שלום", "\u202e", "e\u0301", "\u3000", "\xa0", "\ufeff"),
]
HOSTILE = st.lists(
    st.sampled_from(SYNTAX) | st.text(st.characters(exclude_categories=["Cc", "Zl", "Zp"]))
).map("".join)


def words(text: str) -> str:
    """Return a text with one space wherever it has some, which is all that Markdown keeps."""
    return " ".join(text.encode("utf-8", "replace").decode().split())


@given(st.lists(HOSTILE, min_size=1))
def test_lines_of_a_paragraph_mean_themselves(texts):
    rendered = "  \n".join(filter(None, map(line, texts)))
    expected = words("\n".join(texts))
    found = parts(rendered)
    assert [kind for kind, _ in found] == ["p"] * bool(found)
    assert words("".join(text for _, text in found)) == expected


@given(HOSTILE.filter(words))
@example("#")
@example("a #")
@example("a ##")
@example(r"a \#")
def test_a_heading_means_itself(text):
    ((kind, said),) = parts(f"# {heading(text)}\n")
    assert (kind, words(said)) == ("h1", words(text))


@given(HOSTILE.filter(words), HOSTILE.filter(words))
def test_items_of_a_list_mean_themselves(one, other):
    found = parts(f"- {line(one)}\n- {line(other)}\n")
    assert [(kind, *map(words, said)) for kind, *said in found] == [
        ("ul",),
        ("-", words(one)),
        ("-", words(other)),
    ]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1))
def test_cells_of_a_table_mean_themselves(rows):
    lines = [f"| {cell(one)} | {cell(other)} |\n" for one, other in rows]
    found = parts("".join([lines[0], "| --- | --: |\n", *lines[1:]]))
    assert found[0] == ("aligned", "left", "right")
    assert [tuple(map(words, row)) for _, *row in found[1:]] == [
        tuple(map(words, row)) for row in rows
    ]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("-5.00 + 3 = 12 - 14", "-5.00 + 3 = 12 - 14"),
        ("Fish & Chips (2), a.b@c_d.com; #7!", "Fish & Chips (2), a.b@c_d.com; #7!"),
        ("3.50 and 1.", "3.50 and 1."),
        ("1. first", r"1\. first"),
        ("- first", r"\- first"),
        ("#7", r"\#7"),
        ("a | b", "a | b"),
        ("a  <b>", "a &lt;b>"),
        ("&copy; & &copy", "&amp;copy; & &copy"),
        ("see http://a.b/c_d?e=f&g", "see http://a.b/c_d?e=f&g"),
        ("<http://a.b/c>", "&lt;http://a.b/c>"),
        ("http://a.b/~c www.a.b/*c", r"http\://a.b/\~c www\.a.b/\*c"),
    ],
)
def test_only_what_would_mean_something_is_escaped(text, escaped):
    assert line(text) == escaped
