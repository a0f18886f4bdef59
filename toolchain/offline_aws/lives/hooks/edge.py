"""Certificates, hosted zones, and the web firewall."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, cast

from typing_extensions import override

from toolchain.emulator.zones import HEADER
from toolchain.offline_aws.lives.aws import AwsError
from toolchain.offline_aws.lives.hooks.base import Hook, items, named, strings
from toolchain.offline_aws.lives.spec import Call
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run

_ISSUED_SECONDS = 20.0
_STANDING_IN = threading.Lock()


@named("certificate")
class Certificate(Hook):
    """Its validation records, under the names Terraform gives them."""

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        options: list[Value] = []
        for option in items(found.get("DomainValidationOptions")):
            record = option.get("ResourceRecord")
            if isinstance(record, dict):
                options.append(
                    {
                        "domainName": option.get("DomainName"),
                        "resourceRecordName": record.get("Name"),
                        "resourceRecordType": record.get("Type"),
                        "resourceRecordValue": record.get("Value"),
                    }
                )
        out["domainValidationOptions"] = options


@named("certificate_validation")
class CertificateValidation(Hook):
    """Nothing in AWS: it waits until the certificate is issued."""

    @override
    def create(self, run: Run) -> None:
        arn, until = run.inputs.get("certificateArn"), time.monotonic() + _ISSUED_SECONDS
        while True:
            response = run.aws_call("describe_certificate", {"CertificateArn": arn})
            status = cast("dict[str, str]", response.get("Certificate") or {}).get("Status")
            if status == "ISSUED":
                break
            if time.monotonic() > until:
                raise AwsError("describe_certificate", "", f"the certificate is still {status}")
            time.sleep(0.2)
        run.id = str(arn)


@named("zone")
class Zone(Hook):
    """Route 53 puts a path before the id."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        for vpc in items(run.inputs.get("vpcs")):
            region = vpc.get("vpcRegion") or run.region
            arguments["VPC"] = {"VPCRegion": region, "VPCId": vpc.get("vpcId")}
        return arguments

    @override
    def identify(self, run: Run) -> str:
        zone = cast("dict[str, str]", run.response.get("HostedZone") or {})
        return zone.get("Id", "").rpartition("/")[2]

    @override
    def delete(self, run: Run) -> bool:
        if run.state.get("forceDestroy") is True:
            response = run.aws_call("list_resource_record_sets", {"HostedZoneId": run.id})
            changes = [
                {"Action": "DELETE", "ResourceRecordSet": record}
                for record in items(response.get("ResourceRecordSets"))
                if record.get("Type") not in ("NS", "SOA")
            ]
            if changes:
                run.aws_call(
                    "change_resource_record_sets",
                    {"HostedZoneId": run.id, "ChangeBatch": {"Changes": changes}},
                )
        return False


@named("record")
class Record(Hook):
    """A record is a change to its zone."""

    @staticmethod
    def _stand_in(run: Run) -> None:
        """A zone for the one that configuration names and its owner has: the emulator has none.

        It is not the stack's, so it stays when the stack goes.
        """
        zone = str(run.inputs.get("zoneId"))
        domain = ".".join(str(run.inputs.get("name")).rstrip(".").split(".")[-2:])
        with _STANDING_IN:
            try:
                run.aws_call("get_hosted_zone", {"Id": zone})
            except AwsError as error:
                if error.code != "NoSuchHostedZone":
                    raise
                run.aws_call(
                    "create_hosted_zone",
                    {"Name": domain, "CallerReference": f"stand-in-{zone}"},
                    headers={HEADER: zone},
                )

    @staticmethod
    def _full(run: Run, values: Properties) -> str:
        """The record's whole name: Route 53 takes one relative to the zone too."""
        name = str(values.get("name", "")).rstrip(".")
        zone = run.aws_call("get_hosted_zone", {"Id": values.get("zoneId")}).get("HostedZone")
        domain = cast("dict[str, str]", zone or {}).get("Name", "").rstrip(".")
        return name if name.endswith(domain) else f"{name}.{domain}".lstrip(".")

    def _set(self, run: Run, values: Properties) -> dict[str, object]:
        record: dict[str, object] = {
            "Name": self._full(run, values),
            "Type": values.get("type"),
        }
        if aliases := items(values.get("aliases")):
            record["AliasTarget"] = {
                "HostedZoneId": aliases[0].get("zoneId"),
                "DNSName": aliases[0].get("name"),
                "EvaluateTargetHealth": bool(aliases[0].get("evaluateTargetHealth")),
            }
        else:
            record["TTL"] = values.get("ttl")
            record["ResourceRecords"] = [{"Value": v} for v in strings(values.get("records"))]
        if values.get("setIdentifier"):
            record["SetIdentifier"] = values["setIdentifier"]
        return record

    def _change(self, run: Run, action: str, values: Properties) -> None:
        change = {"Action": action, "ResourceRecordSet": self._set(run, values)}
        run.aws_call(
            "change_resource_record_sets",
            {"HostedZoneId": values.get("zoneId"), "ChangeBatch": {"Changes": [change]}},
        )

    @override
    def create(self, run: Run) -> None:
        self._stand_in(run)
        # A validation record is the same for a name and its wildcard; both programs may give it.
        self._change(run, "UPSERT" if run.inputs.get("allowOverwrite") else "CREATE", run.inputs)

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        self._change(run, "UPSERT", run.inputs)

    @override
    def read(self, run: Run) -> dict[str, object] | None:
        values = run.scope
        name, kind = self._full(run, values), values.get("type")
        response = run.aws_call("list_resource_record_sets", {"HostedZoneId": values.get("zoneId")})
        for record in items(response.get("ResourceRecordSets")):
            if str(record.get("Name", "")).rstrip(".") == name and record.get("Type") == kind:
                return {"fqdn": name, **self._told(record)}
        return None

    @staticmethod
    def _told(record: dict[str, Value]) -> dict[str, object]:
        out: dict[str, object] = {"Type": record.get("Type")}
        if record.get("ResourceRecords"):
            out["ttl"] = record.get("TTL")
            out["records"] = [one.get("Value") for one in items(record["ResourceRecords"])]
        return out

    @override
    def imported(self, run: Run) -> None:
        zone, name, kind = [*run.id.split("_"), "", ""][:3]
        run.inputs |= {"zoneId": zone, "name": name, "type": kind}

    @override
    def delete(self, run: Run) -> bool:
        try:
            self._change(run, "DELETE", run.state)
        except AwsError as error:
            if not error.gone and "InvalidChangeBatch" not in error.code:
                raise
        return True


@named("web_acl")
class WebAcl(Hook):
    """Rules nest deeply; a lock token guards every change."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        if isinstance(text := run.inputs.get("ruleJson"), str):
            arguments["Rules"] = json.loads(text)
        if bodies := items(run.inputs.get("customResponseBodies")):
            arguments["CustomResponseBodies"] = {
                str(body["key"]): {
                    "Content": body.get("content"),
                    "ContentType": body.get("contentType"),
                }
                for body in bodies
            }
        return arguments

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        bodies = cast("dict[str, dict[str, Value]]", found.get("CustomResponseBodies") or {})
        out["customResponseBodies"] = [
            {"key": key, "content": body.get("Content"), "contentType": body.get("ContentType")}
            for key, body in bodies.items()
        ]

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        if changed - {"tags"}:
            call = "update_web_acl"
            given = run.arguments(Call(call), skip=("tags",))
            who = {**self._who(run), "LockToken": self._token(run)}
            run.aws_call(call, self.arguments(run, call, {**given, **who}))

    @staticmethod
    def _who(run: Run) -> dict[str, object]:
        return {"Name": run.scope.get("name"), "Scope": run.scope.get("scope"), "Id": run.id}

    def _token(self, run: Run) -> object:
        return run.aws_call("get_web_acl", self._who(run)).get("LockToken")

    @override
    def delete(self, run: Run) -> bool:
        try:
            run.aws_call("delete_web_acl", {**self._who(run), "LockToken": self._token(run)})
        except AwsError as error:
            if not error.gone and "Nonexistent" not in error.code:
                raise
        return True
