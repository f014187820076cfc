from ocr_watcher.document.structure import Paragraph, structure_of
from ocr_watcher.document.tables import Table
from tests.document.paper import drawn


def tables(drawing: str) -> list[Table]:
    (page,) = structure_of([drawn(drawing)])
    return [part for part in page if isinstance(part, Table)]


def test_rows_with_wide_gaps_are_a_table_whose_first_row_names_the_columns():
    assert tables("""
Item           Qty    Amount
Apples           2      4.20
Rye bread        1     12.95
""") == [
        Table(
            ("Item", "Qty", "Amount"),
            (("Apples", "2", "4.20"), ("Rye bread", "1", "12.95")),
            (False, True, True),
        )
    ]


def test_a_table_whose_first_row_has_a_number_has_no_head():
    (table,) = tables("""
Apples           4.20
Rye bread       12.95
""")
    assert table == Table((), (("Apples", "4.20"), ("Rye bread", "12.95")), (False, True))


def test_a_row_that_leaves_out_a_column_has_nothing_there():
    (table,) = tables("""
Item           Qty    Amount
Apples           2      4.20
Bag                     0.10
TOTAL                   4.30
""")
    assert table.rows[1:] == (("Bag", "", "0.10"), ("TOTAL", "", "4.30"))


def test_the_name_of_an_article_above_its_price_is_a_row_of_the_table():
    (table,) = tables("""
Item           Qty    Amount
Apples, red
10034            2      4.20
Rye bread
10035            1     12.95
""")
    assert table.rows == (
        ("Apples, red", "", ""),
        ("10034", "2", "4.20"),
        ("Rye bread", "", ""),
        ("10035", "1", "12.95"),
    )


def test_what_reaches_over_several_columns_stands_in_the_first_of_them():
    (table,) = tables("""
Item           Qty    Amount
Apples           2      4.20
A very long name of it  8.00
Total of all goods      8.00
""")
    assert [row[0] for row in table.rows[1:]] == ["A very long name of it", "Total of all goods"]


def test_a_label_that_is_printed_further_to_the_right_makes_no_column_of_its_own():
    (table,) = tables("""
Item                Qty    Amount
Apples                2      4.20
Bread                 1      2.95
              Total          7.15
""")
    assert table.rows[-1] == ("Total", "", "7.15")


def test_debit_and_credit_stay_two_columns_although_no_row_has_both():
    (table,) = tables("""
Opening      100.00
Rent                     80.00
Sale          20.00
Wages                    10.00
""")
    assert table.rows[:2] == (("Opening", "100.00", ""), ("Rent", "", "80.00"))


def test_a_row_of_names_below_rows_of_numbers_begins_another_table():
    one, other = tables("""
Apples            2      4.20
Bread             1      2.95
Tax            Rate    Amount
A                6%      0.40
B                0%      0.00
""")
    assert one.head == ()
    assert other.head == ("Tax", "Rate", "Amount")


def test_what_does_not_stand_below_a_cell_parts_two_tables():
    one, other = tables("""
Date      2025-03-08
Time           17:42
     Thank you, come again
Cash           20.00
Change          2.02
""")
    assert (len(one.rows), len(other.rows)) == (2, 2)


def test_a_paragraph_between_two_tables_is_of_neither():
    (page,) = structure_of(
        [
            drawn("""
Apples                     4.20
Bread                      2.95
It was a dark evening when this
ship came in and all were there
Cash                      20.00
Change                     2.02
""")
        ]
    )
    assert [type(part) for part in page] == [Table, Paragraph, Table]


def test_one_row_with_a_gap_is_no_table():
    (page,) = structure_of([drawn("Total        4.30")])
    assert page == [Paragraph(("Total        4.30",))]


def test_rows_without_end_and_cells_without_end_are_no_table():
    rows = "\n".join("  ".join("a" * 400) for _ in range(3))
    assert tables(rows) == []


def test_amounts_are_told_with_signs_currencies_units_and_tax_codes():
    (table,) = tables("""
Item       Price        Net      Weight      Ref
One        $5.00      1,200     14.4 kg     A-17
Two       -$0.10   (10.00)        2 kg      B-18
Three      RM 3.00   3.00 SR    12.5 kg     C-19
Four     12,50 €       7%       1'000 g     2025-03-08
""")
    assert table.amounts == (False, True, True, True, False)


def test_right_to_left_the_first_column_is_the_right_one():
    (table,) = tables("""
מחיר            פריט
4.20           תפוח
2.95            לחם
""")
    assert table.head == ("פריט", "מחיר")
    assert table.rows[0] == ("תפוח", "4.20")


def test_heads_that_were_read_as_one_line_name_their_own_columns():
    (table,) = tables("""
Nr. Item                    Qty Unit price Amount
 1  Oak shelf for books       4      89.00  356.00
 2  Delivery to your door     1      25.00   25.00
""")
    assert table.head == ("Nr.", "Item", "Qty", "Unit price", "Amount")


def test_a_head_that_names_fewer_columns_than_it_stands_above_is_whole():
    (table,) = tables("""
Item           Everything
Apples           2      4.20
Bread            1      2.95
""")
    assert table.head == ("Item", "Everything", "")


def test_the_rows_of_a_long_cell_are_one_cell():
    (table,) = tables("""
Item                              Amount
Oak shelf with brackets and         4.20
screws for a wall of brick, deli-
vered
Bread                               2.95
""")
    assert table.rows == (
        ("Oak shelf with brackets and screws for a wall of brick, delivered", "4.20"),
        ("Bread", "2.95"),
    )


def test_a_row_below_a_cell_that_has_room_for_it_is_a_row_of_its_own():
    (table,) = tables("""
Item                              Amount
Oak shelf                           4.20
model LS-200, silver
Bread of the good old bakery        2.95
Goods with no name
Butter                              1.10
""")
    assert [row[0] for row in table.rows] == [
        "Oak shelf",
        "model LS-200, silver",
        "Bread of the good old bakery",
        "Goods with no name",
        "Butter",
    ]


def test_the_rows_of_a_calendar_are_a_table_however_far_they_are_apart():
    (table,) = tables("""
Mon    Tue    Wed    Thu



       1      2      3



4      5      6      7
""")
    assert table.rows == (("", "1", "2", "3"), ("4", "5", "6", "7"))
    assert table.head == ("Mon", "Tue", "Wed", "Thu")


def test_rows_of_two_cells_that_are_far_apart_are_no_table():
    assert not tables("Name   Place\n\n\n\nAnna   Oban\n\n\n\nBert   Islay")
