"""Judging a mutant of a profile: does a sentence of the spec notice that it is not kept?"""

from __future__ import annotations

from types import ModuleType

from policies.engine.profiles import Profile
from tests.mutation.loading import load
from tests.mutation.mutants import Mutant, MutatedModule
from tests.mutation.outcomes import BaselineError, Outcome
from tests.policy import test_chat_profile
from tests.policy.demands.model import broken
from tests.policy.demands.specs import SPECS


class ProfileJury:
    """Judges the mutants of one profile by the demands of its spec."""

    def __init__(self, module: MutatedModule) -> None:
        self._module = module
        self._demands = SPECS[module.name.rpartition(".")[2]]
        noticed = self._noticed(load(module, module.original()))
        if noticed is not None:
            raise BaselineError(f"{module.name}, unchanged: {noticed}; mend that first")

    def judge(self, mutant: Mutant) -> Outcome:
        """Whether a demand is not kept by the mutant."""
        try:
            profile = load(self._module, self._module.compiled(mutant))
        except Exception:  # noqa: BLE001 (whatever a change at import raises)
            return Outcome.STILLBORN
        return Outcome.SURVIVED if self._noticed(profile) is None else Outcome.KILLED

    def _noticed(self, module: ModuleType) -> str | None:
        profile = vars(module).get("PROFILE")
        if not isinstance(profile, Profile):
            return "there is no PROFILE"
        # Settings that no rule takes are refused when the pack starts.
        try:
            said = next(broken(self._demands, profile), None)
        except Exception as error:  # noqa: BLE001 (as the pack would say it)
            return str(error)
        return said or _unlike_the_services(profile)


def _unlike_the_services(profile: Profile) -> str | None:
    """What the chat's own figures say of a profile, for the chat's alone."""
    if profile.name != "chat":
        return None
    real = test_chat_profile.PROFILE
    test_chat_profile.PROFILE = profile
    try:
        test_chat_profile.test_the_custom_metrics_are_those_that_the_services_report()
    except (AssertionError, KeyError) as error:
        return f"its custom metrics are not those of the services: {error}"
    finally:
        test_chat_profile.PROFILE = real
    return None
