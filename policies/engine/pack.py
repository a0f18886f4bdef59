"""The pack as Pulumi sees it: one policy a rule, with everything a user can look up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    ResourceValidationPolicy,
    StackValidationPolicy,
)
from pulumi_policy import Severity as PulumiSeverity

from policies.engine.crashes import CRASHES
from policies.engine.errors import PackError
from policies.engine.levels import levels_schema
from policies.engine.parameters import schema
from policies.engine.remediation import remediation_schema
from policies.engine.rules import COMMON, Level, Rule
from policies.engine.summary import WAIVERS_RULE

PACK_NAME: Final = "plumbline"
PROFILE_POLICY: Final = "profile"
UNDECIDED_POLICY: Final = "undecided"
LEVELS_POLICY: Final = "levels"
REMEDIATION_POLICY: Final = "remediation"
OWN_POLICIES: Final = frozenset(
    {PROFILE_POLICY, LEVELS_POLICY, REMEDIATION_POLICY, WAIVERS_RULE, UNDECIDED_POLICY}
)


def policies_of(
    rules: Iterable[Rule], levels: dict[str, Level], profiles: Iterable[str] = (COMMON,)
) -> list[Policy]:
    """The policies of all rules, and the pack's own; `levels` are the profile's."""
    own: list[Policy] = [
        StackValidationPolicy(
            name=PROFILE_POLICY,
            description="Names the profile by which a program of another project is judged",
            validate=_judged_elsewhere,
            enforcement_level=EnforcementLevel.ADVISORY,
            config_schema=PolicyConfigSchema(
                {"profile": {"type": "string", "description": "Default: common"}}
            ),
        ),
        StackValidationPolicy(
            name=LEVELS_POLICY,
            description="Gives a level to all rules of a service, of a severity or of a profile",
            validate=_judged_elsewhere,
            enforcement_level=EnforcementLevel.ADVISORY,
            config_schema=PolicyConfigSchema(levels_schema(profiles)),
        ),
        StackValidationPolicy(
            name=REMEDIATION_POLICY,
            description="Lets rules mend what they find, where that is safe",
            validate=_judged_elsewhere,
            enforcement_level=EnforcementLevel.ADVISORY,
            config_schema=PolicyConfigSchema(remediation_schema()),
        ),
        StackValidationPolicy(
            name=WAIVERS_RULE,
            description="Every waiver has its reason, its owner, a date that is to come, and a use",
            validate=_judged_elsewhere,
            enforcement_level=EnforcementLevel.MANDATORY,
        ),
        StackValidationPolicy(
            name=UNDECIDED_POLICY,
            description="Tells what can only be judged once the stack is deployed",
            validate=_judged_elsewhere,
            enforcement_level=EnforcementLevel.ADVISORY,
        ),
    ]
    return own + [_policy(rule, levels.get(rule.name, rule.level)) for rule in rules]


def _policy(rule: Rule, level: Level) -> Policy:
    try:
        properties = schema(rule.parameters)
    except CRASHES as error:
        problem = f"{rule.name}: {type(error).__name__}: {error}"
        raise PackError("The settings of a rule cannot be told to Pulumi:", [problem]) from error
    kind = StackValidationPolicy if rule.on_resource is None else ResourceValidationPolicy
    return kind(
        name=rule.name,
        description=rule.title,
        validate=_judged_elsewhere,
        enforcement_level=EnforcementLevel(level.value),
        config_schema=PolicyConfigSchema(properties) if properties else None,
        display_name=rule.name.replace("-", " ").capitalize(),
        severity=PulumiSeverity(rule.severity.value),
        tags=sorted(rule.profiles),
        remediation_steps=rule.mend,
    )


def _judged_elsewhere(_args: object, _report: object) -> None:
    """Only metadata: the servicer judges by the rules themselves."""
