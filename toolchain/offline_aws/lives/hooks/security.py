"""Security groups, their rules, and network ACLs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from typing_extensions import override

from toolchain.offline_aws.lives.aws import AwsError
from toolchain.offline_aws.lives.hooks.base import Hook, items, named, only, strings
from toolchain.offline_aws.lives.hooks.network import described
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run


def _permission(rule: dict[str, Value], group: str) -> dict[str, object]:
    """One inline rule as EC2's permission."""
    described = only({"Description": rule.get("description")})
    groups = strings(rule.get("securityGroups")) + ([group] if rule.get("self") else [])
    return only(
        {
            "IpProtocol": str(rule.get("protocol", "-1")),
            "FromPort": rule.get("fromPort"),
            "ToPort": rule.get("toPort"),
            "IpRanges": [{"CidrIp": c, **described} for c in strings(rule.get("cidrBlocks"))],
            "Ipv6Ranges": [
                {"CidrIpv6": c, **described} for c in strings(rule.get("ipv6CidrBlocks"))
            ],
            "PrefixListIds": [
                {"PrefixListId": p, **described} for p in strings(rule.get("prefixListIds"))
            ],
            "UserIdGroupPairs": [{"GroupId": g, **described} for g in groups],
        }
    )


def _all(permission: dict[str, object]) -> dict[str, object]:
    """`-1` has no ports."""
    if permission.get("IpProtocol") in ("-1", "all"):
        bare = {k: v for k, v in permission.items() if k not in ("FromPort", "ToPort")}
        return {**bare, "IpProtocol": "-1"}
    return permission


@named("security_group")
class SecurityGroup(Hook):
    """Inline rules; and the real provider takes away the rule that lets everything out."""

    @override
    def created(self, run: Run) -> None:
        try:
            run.aws_call(
                "revoke_security_group_egress",
                {
                    "GroupId": run.id,
                    "IpPermissions": [
                        {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
                    ],
                },
            )
        except AwsError as error:
            if not error.gone:
                raise
        for way in ("ingress", "egress"):
            self._permit(run, way, items(run.inputs.get(way)), "authorize")

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        for way in ("ingress", "egress"):
            if way in changed:
                before, after = items(old.get(way)), items(run.inputs.get(way))
                self._permit(run, way, [r for r in before if r not in after], "revoke")
                self._permit(run, way, [r for r in after if r not in before], "authorize")

    @staticmethod
    def _permit(run: Run, way: str, rules: list[dict[str, Value]], what: str) -> None:
        permissions = [_all(_permission(rule, run.id)) for rule in rules]
        if permissions:
            run.aws_call(
                f"{what}_security_group_{way}",
                {"GroupId": run.id, "IpPermissions": permissions},
            )


@named("default_security_group")
class DefaultSecurityGroup(SecurityGroup):
    """Adopted, stripped of its rules, and never deleted."""

    @override
    def create(self, run: Run) -> None:
        found = described(
            run,
            "describe_security_groups",
            "SecurityGroups",
            vpc_id=str(run.inputs.get("vpcId")),
            group_name="default",
        )
        if not found:
            raise AwsError("describe_security_groups", "InvalidGroup.NotFound", "no default group")
        run.id = str(found[0]["GroupId"])
        for way, key in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
            if found[0].get(key):
                run.aws_call(
                    f"revoke_security_group_{way}",
                    {"GroupId": run.id, "IpPermissions": found[0][key]},
                )

    @override
    def delete(self, run: Run) -> bool:
        return True


@named("group_rule")
class GroupRule(Hook):
    """One rule of a security group, a resource of its own."""

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        rule = run.inputs
        described = only({"Description": rule.get("description")})
        permission: dict[str, object] = {"IpProtocol": str(rule.get("ipProtocol"))}
        for name, member in (("fromPort", "FromPort"), ("toPort", "ToPort")):
            if rule.get(name) is not None:
                permission[member] = rule[name]
        for name, member, key in (
            ("cidrIpv4", "IpRanges", "CidrIp"),
            ("cidrIpv6", "Ipv6Ranges", "CidrIpv6"),
            ("prefixListId", "PrefixListIds", "PrefixListId"),
            ("referencedSecurityGroupId", "UserIdGroupPairs", "GroupId"),
        ):
            if rule.get(name):
                permission[member] = [{key: rule[name], **described}]
        return {**arguments, "IpPermissions": [permission]}

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        # EC2 says -1 for the ports of a rule that has none.
        for name in ("fromPort", "toPort"):
            if out.get(name) == -1:
                del out[name]

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        if not changed - {"tags"}:
            return
        rule = run.inputs
        request = only(
            {
                "IpProtocol": rule.get("ipProtocol"),
                "FromPort": rule.get("fromPort"),
                "ToPort": rule.get("toPort"),
                "CidrIpv4": rule.get("cidrIpv4"),
                "CidrIpv6": rule.get("cidrIpv6"),
                "PrefixListId": rule.get("prefixListId"),
                "ReferencedGroupId": rule.get("referencedSecurityGroupId"),
                "Description": rule.get("description"),
            }
        )
        run.aws_call(
            "modify_security_group_rules",
            {
                "GroupId": rule["securityGroupId"],
                "SecurityGroupRules": [
                    {"SecurityGroupRuleId": run.id, "SecurityGroupRule": request}
                ],
            },
        )


@named("old_group_rule")
class OldGroupRule(Hook):
    """The older rule resource, which has no id in EC2."""

    def _call(self, run: Run, what: str) -> None:
        values = run.scope
        group = str(values.get("securityGroupId"))
        source = values.get("sourceSecurityGroupId")
        rule: dict[str, Value] = {**values, "securityGroups": [source] if source else []}
        way = "ingress" if values.get("type") == "ingress" else "egress"
        run.aws_call(
            f"{what}_security_group_{way}",
            {"GroupId": group, "IpPermissions": [_all(_permission(rule, group))]},
        )

    @override
    def create(self, run: Run) -> None:
        self._call(run, "authorize")
        text = repr(sorted((k, str(v)) for k, v in run.inputs.items()))
        run.id = "sgrule-" + str(int(hashlib.sha256(text.encode()).hexdigest()[:8], 16))

    @override
    def read(self, run: Run) -> dict[str, object] | None:
        groups = run.aws_call(
            "describe_security_groups", {"GroupIds": [run.scope.get("securityGroupId")]}
        )
        way = "IpPermissions" if run.scope.get("type") == "ingress" else "IpPermissionsEgress"
        for group in items(groups.get("SecurityGroups")):
            for permission in items(group.get(way)):
                if permission.get("FromPort") == run.scope.get("fromPort"):
                    return {}
        return None

    @override
    def delete(self, run: Run) -> bool:
        try:
            self._call(run, "revoke")
        except AwsError as error:
            if not error.gone:
                raise
        return True


@named("network_acl")
class NetworkAcl(Hook):
    """Inline entries, and the subnets that use it."""

    @override
    def created(self, run: Run) -> None:
        for way in ("ingress", "egress"):
            for entry in items(run.inputs.get(way)):
                self._entry(run, way, entry)
        for subnet in strings(run.inputs.get("subnetIds")):
            self._attach(run, subnet)

    @staticmethod
    def _entry(run: Run, way: str, entry: dict[str, Value]) -> None:
        names = {"tcp": "6", "udp": "17", "icmp": "1", "all": "-1"}
        protocol = str(entry.get("protocol"))
        arguments: dict[str, object] = {
            "NetworkAclId": run.id,
            "Egress": way == "egress",
            "RuleNumber": entry.get("ruleNo"),
            "RuleAction": entry.get("action"),
            "Protocol": names.get(protocol, protocol),
            "PortRange": {"From": entry.get("fromPort"), "To": entry.get("toPort")},
        }
        if entry.get("cidrBlock"):
            arguments["CidrBlock"] = entry["cidrBlock"]
        if entry.get("ipv6CidrBlock"):
            arguments["Ipv6CidrBlock"] = entry["ipv6CidrBlock"]
        run.aws_call("create_network_acl_entry", arguments)

    @staticmethod
    def _attach(run: Run, subnet: str) -> None:
        acls = described(run, "describe_network_acls", "NetworkAcls", association__subnet_id=subnet)
        for acl in acls:
            for link in items(acl.get("Associations")):
                if link.get("SubnetId") == subnet:
                    run.aws_call(
                        "replace_network_acl_association",
                        {
                            "AssociationId": link["NetworkAclAssociationId"],
                            "NetworkAclId": run.id,
                        },
                    )
