"""Samples brought to life on an emulator, each made once, and what depends on it after it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from integration.emulated.samples import SAMPLES, Given, Json, Of
from toolchain.offline_aws import facts, inputs
from toolchain.offline_aws.check import check
from toolchain.offline_aws.functions import Context
from toolchain.offline_aws.lives import AwsLives
from toolchain.offline_aws.outcome import Life, Outcome
from toolchain.offline_aws.wire import Properties, Value

CONTEXT = Context("eu-west-1", "123456789012", {})


@dataclass
class World:
    """Resources that exist, by sample."""

    lives: AwsLives
    made: dict[str, Outcome] = field(default_factory=dict[str, Outcome])

    def life(self, sample: str) -> Life:
        """The sample's resource."""
        token = SAMPLES[sample].type
        return Life(token, sample, facts.resource(token), CONTEXT)

    def get(self, sample: str) -> Outcome:
        """The sample's resource, made with what it needs if it is not there."""
        if sample not in self.made:
            given = self.inputs(sample)
            self.made[sample] = self.lives.create(self.life(sample), given, 0)
        return self.made[sample]

    def inputs(
        self, sample: str, old: Properties | None = None, *, changed: bool = False, name: str = ""
    ) -> Properties:
        """The sample's checked inputs."""
        given = {**SAMPLES[sample].inputs, **((SAMPLES[sample].change or {}) if changed else {})}
        resource = facts.resource(SAMPLES[sample].type)
        assert resource is not None
        resolved = {key: self._resolved(value) for key, value in given.items()}
        naming = inputs.Naming(name or sample, b"seed")
        complete = inputs.complete(resource, resolved, old or {}, naming, {})
        assert check(resource, complete) == []
        return complete

    def _resolved(self, given: Given) -> Value:
        if isinstance(given, Of):
            value: Value = self.get(given.sample).properties
            for part in given.output.split("."):
                assert isinstance(value, dict)
                value = value[part]
            return value
        if isinstance(given, Json):
            return json.dumps(self._resolved(given.document))
        if isinstance(given, dict):
            return {key: self._resolved(value) for key, value in given.items()}
        if isinstance(given, list):
            return [self._resolved(value) for value in given]
        return given
