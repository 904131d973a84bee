"""Loads the packs that are shipped, and the district's own from the folder that `CHAPERONE_PACKS` names."""

from collections.abc import Callable, Mapping

from adapters.settings import BadSettings, Settings
from bot.core import Shelf
from bot.errors import ChaperoneError
from policy import load_packs
from policy.loading import CasesFail
from policy.loading.model import load_model
from policy.model.trained import TrainedModel
from policy.pack import Pack
from policy.verdict import PackId


class BrokenModel(ChaperoneError):
    """The files of the trained model do not fit this version of Chaperone. Install it anew."""


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

    Raises `policy.PackError` with every fault, each with file and line, and BadSettings where the folder is none.
    """
    if settings.packs and not settings.packs.is_dir():
        raise BadSettings(f"CHAPERONE_PACKS names {settings.packs}, and there is no such folder. Make it, or unset it.")

    model = shipped_model() if with_model else None
    own = [settings.packs] if settings.packs else []
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


def shipped_model() -> TrainedModel:
    """The trained model that the package carries. Raises BrokenModel."""
    try:
        return load_model()
    except (OSError, TypeError, ValueError, KeyError, IndexError) as error:
        raise BrokenModel(
            f"The trained model cannot be read ({type(error).__name__}): its files do not fit this version. "
            "Install Chaperone anew."
        ) from error
