"""Looking for cycles rarely, in processes that must not pause."""

import gc


def collect_rarely(*, young: int) -> None:
    """Have Python look for cycles less often, and never in what is loaded by now.

    Records hold no cycles: they go when nobody refers to them. Looking for some at every 700 new ones was a tenth of a
    worker's time on the tape, and held up the API's answers for up to 400 ms.

    young  new objects after which Python looks among the youngest; the more, the longer such a look takes
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(young, 20, 20)
