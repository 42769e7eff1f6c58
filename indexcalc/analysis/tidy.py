"""What an analysis found about parts of the index, such as its dimensions, as tidy rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


def rows_by_part(
    cities: Sequence[str],
    years: Sequence[int],
    present: NDArray[np.bool_],
    part: str,
    codes: Sequence[str],
    **columns: NDArray[Any],
) -> pd.DataFrame:
    """One row per city and year that is present, and part: city, year, the code of the part under the name `part`, and
    the columns, each [city, year, part].

    >>> import numpy as np
    >>> rows_by_part("AB", [2020], np.array([[True], [False]]), "side", "xy", degree=np.array([[[1, 3]], [[0, 0]]]))
      city  year side  degree
    0    A  2020    x       1
    1    A  2020    y       3
    """
    import pandas as pd

    c, t = np.nonzero(present)
    return pd.DataFrame(
        {
            "city": np.repeat(np.array(list(cities), object)[c], len(codes)),
            "year": np.repeat(np.array(years)[t], len(codes)),
            part: np.tile(np.array(list(codes), object), len(c)),
            **{name: values[c, t].ravel() for name, values in columns.items()},
        }
    )
