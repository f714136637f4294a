"""The error that is raised when a promise does not hold."""


class BrokenPromiseError(BaseException):
    """A promise did not hold. `promise` is its name, for finding a shorter life that breaks the same one.

    It is no Exception, so that no code of the program catches it.
    """

    def __init__(self, promise: str, how: str) -> None:
        super().__init__(f"{promise}: {how}")
        self.promise = promise
        self.how = how

    def __reduce__(self) -> tuple[type["BrokenPromiseError"], tuple[str, str]]:
        """By both arguments, so that it comes back from the process in which the life was lived."""
        return BrokenPromiseError, (self.promise, self.how)


def hold(holds: object, promise: str, how: object = "") -> None:
    """Raise BrokenPromiseError unless `holds`. `how` tells what was found instead."""
    if not holds:
        raise BrokenPromiseError(promise, str(how))
