"""Where the time went: nothing is counted twice and nothing is left out."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.view.stage import Stage, State
from local.view.times import BAR_WIDTH, MOST_ROWS, bar, rounded, spent, time_table


def stage(name: str, began: float, ended: float, *, group: str = "", hidden: bool = False) -> Stage:
    return Stage(name, began, ended, State.DONE, group=group, hidden=hidden)


def test_what_no_stage_took_is_other() -> None:
    assert spent([stage("check", 1, 3)], began=0, ended=4) == {("check", ""): 2, ("other", ""): 2}


def test_stages_at_one_time_share_it() -> None:
    shared = spent([stage("mail", 0, 4), stage("slack", 2, 4)], began=0, ended=4)
    assert shared == {("mail", ""): 3, ("slack", ""): 1}


def test_a_hidden_stage_has_what_no_other_has() -> None:
    run = [stage("between", 0, 10, hidden=True), stage("train", 2, 5), stage("judge", 6, 9)]
    assert spent(run, began=0, ended=10) == {("train", ""): 3, ("judge", ""): 3, ("between", ""): 4}


def test_a_stage_under_way_counts_until_now() -> None:
    assert spent([Stage("train", 1)], began=0, ended=3) == {("train", ""): 2, ("other", ""): 1}


spans = st.tuples(st.floats(0, 100), st.floats(0, 50), st.sampled_from("abcd"), st.booleans())


@given(st.lists(spans, max_size=12))
def test_the_rows_add_up_to_the_command_s_own_time(drawn: list[tuple[float, float, str, bool]]) -> None:
    stages = [stage(name, began, began + length, hidden=hidden) for began, length, name, hidden in drawn]
    assert sum(spent(stages, began=0, ended=150).values()) == pytest.approx(150)


@given(st.lists(spans, max_size=12))
def test_the_shown_tenths_add_up_too(drawn: list[tuple[float, float, str, bool]]) -> None:
    sums = {str(place): length for place, (_, length, _, _) in enumerate(drawn)}
    assert sum(rounded(sums).values()) == pytest.approx(round(sum(sums.values()), 1))


def test_a_second_version_has_a_column_of_its_own() -> None:
    stages = [stage("up", 0, 1), stage("train", 1, 4, group="1.0.0"), stage("train", 4, 6, group="1.0.1")]
    table = time_table(stages, began=0, ended=6)
    assert [column.name for column in table.columns] == ["", "1.0.0", "1.0.1", "seconds", ""]
    assert [[cell.text for cell in row][:4] for row in table.rows] == [
        ["up", "", "", "1.0"],
        ["train", "3.0", "2.0", "5.0"],
    ]
    assert [cell.text for cell in table.foot][:4] == ["total", "3.0", "2.0", "6.0"]


def test_one_version_needs_no_column() -> None:
    table = time_table([stage("train", 0, 1, group="1.0.0")], began=0, ended=1)
    assert [column.name for column in table.columns] == ["", "seconds", ""]


def test_more_rows_than_a_screen_holds_are_folded_from_the_shortest_up() -> None:
    marks = [place * (place + 1) / 2 for place in range(MOST_ROWS + 4)]
    stages = [stage(f"stage {end - start:.0f}", start, end) for start, end in pairwise(marks)]
    rows = [row[0].text for row in time_table(stages, began=0, ended=marks[-1] + 1).rows]
    assert len(rows) == MOST_ROWS
    assert rows[-2:] == [f"stage {MOST_ROWS + 3}", "5 short ones"]


@pytest.mark.parametrize(("share", "length"), [(0, 0), (0.5, BAR_WIDTH // 2), (1, BAR_WIDTH), (0.001, 0), (0.02, 1)])
def test_a_bar_is_as_long_as_its_share(share: float, length: int) -> None:
    assert len(bar(share)) == length


def test_sixty_columns_hold_the_longest_row() -> None:
    stages = [stage("announce the deployment", 0, 3, group="1.0.0"), stage("train", 3, 400, group="1.0.1")]
    assert time_table(stages, began=0, ended=1000).narrowed(58).width <= 58
