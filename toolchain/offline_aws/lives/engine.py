"""Creates, reads, updates and deletes resources by the tables."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast  # botocore makes its clients at run time

from toolchain.offline_aws.creation import refusals
from toolchain.offline_aws.diff import diff
from toolchain.offline_aws.functions import Context
from toolchain.offline_aws.lives import reading, shapes
from toolchain.offline_aws.lives.aws import Aws, AwsError
from toolchain.offline_aws.lives.hooks import hook
from toolchain.offline_aws.lives.paths import fill, lookup
from toolchain.offline_aws.lives.run import Run
from toolchain.offline_aws.lives.spec import Call, spec
from toolchain.offline_aws.outcome import Life, LifeError, Outcome
from toolchain.offline_aws.preview import bare
from toolchain.offline_aws.wire import Properties, Value, plain_properties

_READY_SECONDS = 30.0
_POLL_SECONDS = 0.1

T = TypeVar("T")


class AwsLives:
    """Lives on the AWS emulator."""

    def __init__(self, endpoint: Callable[[], str]) -> None:
        """`endpoint` gives the emulator's URL, asked for when the first call is made."""
        self._aws = Aws(endpoint)
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Stop waiting; calls on their way finish."""
        self._cancelled.set()

    def client(self, service: str, context: Context) -> Any:
        """A client on the same emulator, for those who look at what was made."""
        return self._aws.client(service, context.region, context.account)

    def create(self, life: Life, given: Properties, timeout: float) -> Outcome:
        run = self._run(life, given)
        if refused := [f"{path} {reason}" for path, reason in refusals(life.token, given)]:
            raise LifeError(f"{_title(life)} cannot be created: {'; '.join(refused)}")
        self._try(run, "cannot be created", lambda: self._make(run))
        try:
            self._complete(run, timeout or _READY_SECONDS)
            found = reading.live(run)
        except AwsError as error:
            raise LifeError(
                f"{_title(life)} was created, but not completed: {error}",
                self._partial(run, given),
            ) from error
        if found is None:
            raise LifeError(
                f"{_title(life)} was created, but the emulator does not know it",
                reading.outcome(run, given, _bare(given)),
            )
        return reading.outcome(run, given, found)

    def read(self, life: Life, identity: str, state: Properties, old: Properties) -> Outcome:
        run = self._run(life, old, state, identity)
        found = self._try(run, "cannot be read", lambda: self._imported_or_live(run))
        if found is None:
            return Outcome()
        return reading.outcome(run, old, found) if old else reading.imported(run, found)

    def update(
        self, life: Life, identity: str, state: Properties, old: Properties, news: Properties
    ) -> Outcome:
        run = self._run(life, news, state, identity)
        changed = set(diff(life.facts, old, state, news).properties)

        def work() -> Properties | None:
            self._change(run, changed, _bare(old))
            self._wait(run, _READY_SECONDS)
            return reading.live(run)

        found = self._try(run, "cannot be updated", work)
        return reading.outcome(run, news, found or {})

    def delete(self, life: Life, identity: str, state: Properties) -> Outcome:
        run = self._run(life, {}, state, identity)
        if self._try(run, "cannot be deleted", lambda: hook(run.spec.hook).delete(run)):
            return Outcome()
        for call in run.spec.delete:
            if call.when and not any(run.scope.get(name) for name in call.when):
                continue
            try:
                run.aws_call(call.call, run.arguments(_plain_call(call)))
            except AwsError as error:
                if not error.gone:
                    raise LifeError(f"{_title(life)} cannot be deleted: {error}") from error
        return Outcome()

    # Steps.

    def _run(
        self, life: Life, given: Properties, state: Properties | None = None, identity: str = ""
    ) -> Run:
        if self._cancelled.is_set():
            raise LifeError(f"{_title(life)} is left as it is: the operation was cancelled")
        found = spec(life.token)
        if found is None:
            raise LifeError(
                f"{_title(life)} can be previewed offline, but not created: the offline provider "
                "has no life for this type; use the aws target"
            )
        return Run(self._aws, life, found, _bare(given), _bare(state or {}), identity)

    def _try(self, run: Run, what: str, work: Callable[[], T]) -> T:
        try:
            return work()
        except AwsError as error:
            raise LifeError(f"{_title(run.life)} {what}: {error}") from error

    def _make(self, run: Run) -> None:
        call = hook(run.spec.hook).creation(run)
        if call is None:
            hook(run.spec.hook).create(run)
        else:
            arguments = run.arguments(call, skip=run.spec.skip)
            self._inline_attributes(run, arguments)
            run.response = run.aws_call(
                call.call, hook(run.spec.hook).arguments(run, call.call, arguments)
            )
        run.id = run.id or hook(run.spec.hook).identify(run) or str(fill(run.spec.id, run.scope))

    def _complete(self, run: Run, seconds: float) -> None:
        """What must follow the creation call: waiting, settings, tags."""
        self._wait(run, seconds)
        given = {name for name, value in run.inputs.items() if value not in (None, "", [], {})}
        for call in run.spec.also:
            if any(name in given for name in call.when) or not call.when:
                self._perform(run, call)
        if not self._attributes_inline(run):
            self._set_attributes(run, given)
        call = run.spec.create
        shape = run.input_shape(call.call) if call else None
        inline = shape is not None and (
            shapes.members_from("tags", shape) or "tags" in run.spec.names
        )
        tags = run.inputs.get("tags")
        if run.spec.tag and isinstance(tags, dict) and tags and not inline:
            run.perform(run.spec.tag, more={"tags": tags})
        hook(run.spec.hook).created(run)

    def _change(self, run: Run, changed: set[str], old: Properties) -> None:
        """The calls that the changed properties need."""
        hook(run.spec.hook).changing(run, changed, old)
        for call in run.spec.update + run.spec.also:
            if any(name in changed for name in call.when) or (
                not call.when and self._concerns(run, call, changed)
            ):
                self._perform(run, call, skip=("tags",))
        self._set_attributes(run, changed)
        if "tags" in changed and run.spec.tag:
            self._retag(run, old.get("tags"), run.inputs.get("tags"))
        hook(run.spec.hook).changed(run, changed, old)

    def _concerns(self, run: Run, call: Call, changed: set[str]) -> bool:
        shape = run.input_shape(call.call)
        if shape is None:
            return False
        heads = {
            path.split(".")[0]
            for path, member in run.spec.names.items()
            if member.split(".")[0] in shape.members
        }
        return any(name in heads or shapes.members_from(name, shape) for name in changed - {"tags"})

    def _perform(self, run: Run, call: Call, skip: tuple[str, ...] = ()) -> None:
        arguments = run.arguments(call, skip)
        run.aws_call(call.call, hook(run.spec.hook).arguments(run, call.call, arguments))

    def _attributes_inline(self, run: Run) -> bool:
        """Whether the creation call takes the attributes too."""
        attributes, call = run.spec.attributes, run.spec.create
        shape = run.input_shape(call.call) if call and attributes else None
        return bool(attributes and shape is not None and attributes.member in shape.members)

    def _inline_attributes(self, run: Run, arguments: dict[str, object]) -> None:
        if run.spec.attributes and self._attributes_inline(run):
            values = self._attribute_values(run, set(run.inputs))
            arguments[run.spec.attributes.member] = {k: str(v) for k, v in values.items()}

    def _attribute_values(self, run: Run, concerned: set[str]) -> Properties:
        values: Properties = {}
        attributes = run.spec.attributes
        for path, name in attributes.names.items() if attributes else ():
            value = lookup(run.inputs, path)
            if path.split(".")[0] in concerned and value is not None and value != "":
                values[name] = _text(value)
        return values

    def _set_attributes(self, run: Run, concerned: set[str]) -> None:
        attributes = run.spec.attributes
        if attributes is None:
            return
        values = self._attribute_values(run, concerned)
        arguments = cast("dict[str, object]", fill(attributes.args, run.scope))
        members = run.members(attributes.set)
        if "AttributeName" in members:
            for name, value in values.items():
                one = {**arguments, "AttributeName": name, "AttributeValue": value}
                run.aws_call(attributes.set, one)
        elif values:
            run.aws_call(
                attributes.set,
                {
                    **arguments,
                    attributes.member: shapes.to_aws(values, members[attributes.member]),
                },
            )

    def _retag(self, run: Run, old: Value, new: Value) -> None:
        before = old if isinstance(old, dict) else {}
        after = new if isinstance(new, dict) else {}
        gone: list[Value] = [name for name in before if name not in after]
        if gone and run.spec.untag:
            run.perform(run.spec.untag, more={"keys": gone})
        added = {name: value for name, value in after.items() if before.get(name) != value}
        if added and run.spec.tag:
            run.perform(run.spec.tag, more={"tags": added})

    def _wait(self, run: Run, seconds: float) -> None:
        """Until the object is in the state that the table calls ready."""
        if not run.spec.wait or run.spec.read is None:
            return
        path, _, wanted = run.spec.wait.partition("=")
        call, until = run.spec.read, time.monotonic() + seconds
        while not self._cancelled.is_set():
            response = run.aws_call(call.call, run.arguments(_plain_call(call)))
            seen = lookup(cast("Value", response), f"{call.path}.{path}")
            if seen is None or str(seen) in wanted.split("|"):
                return
            if time.monotonic() > until:
                raise AwsError(call.call, "", f"{path} is still {seen}, not {wanted}")
            time.sleep(_POLL_SECONDS)

    def _imported_or_live(self, run: Run) -> Properties | None:
        if not run.state and not run.inputs:
            hook(run.spec.hook).imported(run)
        return reading.live(run)

    def _partial(self, run: Run, given: Properties) -> Outcome:
        """What exists of a resource whose completion failed, as far as it can be read."""
        try:
            found = reading.live(run)
        except AwsError:
            found = None
        return reading.outcome(run, given, found or {})


def _title(life: Life) -> str:
    return f"{life.token} {life.name}"


def _bare(values: Properties) -> Properties:
    return plain_properties(bare(values))


def _plain_call(call: Call) -> Call:
    return Call(call.call, call.args, call.when, call.path, map=False)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
