"""Work for the workers of the joblib backend in force: threads, processes, a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

Found = TypeVar("Found")


def each(work: Callable[..., Found], calls: Iterable[tuple[Any, ...]], jobs: int | None) -> Iterator[Found]:
    """The results of `work` for each tuple of arguments, in their order. jobs: None works here; a number, on so many
    workers (-1: all there are).

    >>> list(each(pow, [(2, 3), (3, 2)], None))
    [8, 9]
    """
    if jobs is None:
        yield from (work(*arguments) for arguments in calls)
        return
    from joblib import Parallel, delayed

    yield from Parallel(n_jobs=jobs, return_as="generator")(delayed(work)(*arguments) for arguments in calls)
