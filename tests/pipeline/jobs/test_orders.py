from __future__ import annotations

from pipeline.jobs.orders import NONE, FetchOrder, Finished, Orders, TranscribeOrder


def test_orders_are_read_back() -> None:
    heard = TranscribeOrder("call", "Call", "sound", "media/a.wav", "ab", 3, "a.wav", hotwords=("osquery",))
    orders = Orders(
        (FetchOrder("key", "https://media.example/a.mp3", anew=True),), (heard,), (Finished("fetch other"),)
    )

    assert Orders.decode(orders.encode()) == orders


def test_what_cannot_be_read_is_asked_for_anew() -> None:
    """A newer jumpnotes may have written it, and a job that was only put has none."""
    assert Orders.decode(NONE) == Orders.decode('{"fetch": 7}') == Orders.decode("{") == Orders()
