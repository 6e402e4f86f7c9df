"""What is compared is measured in turn."""

from bench.turns import take_turns


def test_works_take_turns_and_the_order_changes_each_round() -> None:
    seen: list[str] = []

    def work(name: str) -> int:
        seen.append(name)
        return len(seen)

    results = take_turns({"ours": lambda: work("ours"), "bare": lambda: work("bare")}, rounds=3)
    assert seen == ["ours", "bare", "bare", "ours", "ours", "bare"]
    assert results == {"ours": [1, 4, 5], "bare": [2, 3, 6]}
