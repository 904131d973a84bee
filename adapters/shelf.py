"""Loads the packs that are shipped, and the district's own from the folder that `CHAPERONE_PACKS` names."""

from collections.abc import Callable, Mapping

from adapters.packs import own_packs
from adapters.settings import Settings
from bot.core import Shelf
from policy import load_packs
from policy.loading import CasesFail
from policy.loading.model import load_model
from policy.pack import Pack
from policy.verdict import PackId


def load_shelf(
    settings: Settings,
    *,
    with_model: bool = True,
    check_cases: bool = True,
    tell: Callable[[CasesFail], None] | None = None,
) -> Shelf:
    """All packs; their judge asks the trained model too, unless told not to.

    The cases of shipped rules were tried when they were shipped: a command that has to begin quickly leaves that out,
    and without the model, which has its say in what a district's own cases show, none are tried.
    With `tell`, packs of which only own examples do not hold are taken the first time, and it hears of it: a new
    version of Chaperone may see an example differently, and to read no message at all would be worse.

    Raises `policy.PackError` with every fault, each with file and line, BadSettings where the folder is none, and
    ModelError where the model cannot be read.
    """
    own = own_packs(settings.packs)
    model = load_model() if with_model else None
    is_first = True

    def load() -> Mapping[PackId, Pack]:
        nonlocal is_first
        try:
            return load_packs(own, model=model, check_cases=check_cases and with_model)
        except CasesFail as error:
            if tell is None or not is_first:
                raise
            tell(error)
            return error.packs
        finally:
            is_first = False

    return Shelf(load)
