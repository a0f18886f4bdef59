"""Networks: what EC2 keeps elsewhere than on the resource itself."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from typing_extensions import override

from toolchain.offline_aws.lives.aws import AwsError
from toolchain.offline_aws.lives.hooks.base import Hook, items, named, only, strings
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run


def _described(run: Run, call: str, key: str, **filters: str) -> list[dict[str, Value]]:
    """What a Describe call finds by filters; underscores in their names stand for hyphens."""
    wanted = [
        {"Name": name.replace("__", ".").replace("_", "-"), "Values": [value]}
        for name, value in filters.items()
    ]
    return items(run.aws_call(call, {"Filters": wanted}).get(key))


@named("vpc")
class Vpc(Hook):
    """A VPC comes with a route table, a group and an ACL; their ids are outputs of the VPC."""

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        tables = _described(run, "describe_route_tables", "RouteTables", vpc_id=run.id)
        main = [
            table
            for table in tables
            if any(link.get("Main") for link in items(table.get("Associations")))
        ]
        if main:
            out["mainRouteTableId"] = out["defaultRouteTableId"] = main[0]["RouteTableId"]
        groups = _described(
            run, "describe_security_groups", "SecurityGroups", vpc_id=run.id, group_name="default"
        )
        if groups:
            out["defaultSecurityGroupId"] = groups[0]["GroupId"]
        acls = _described(run, "describe_network_acls", "NetworkAcls", vpc_id=run.id)
        for acl in acls:
            if acl.get("IsDefault"):
                out["defaultNetworkAclId"] = acl["NetworkAclId"]


_TARGETS = {
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
    "vpcEndpointId": "VpcEndpointId",
    "networkInterfaceId": "NetworkInterfaceId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
    "transitGatewayId": "TransitGatewayId",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "carrierGatewayId": "CarrierGatewayId",
    "coreNetworkArn": "CoreNetworkArn",
    "localGatewayId": "LocalGatewayId",
}


def _destination(route: dict[str, Value], *names: str) -> Value:
    return next((route[name] for name in names if route.get(name)), None)


@named("route_table")
class RouteTable(Hook):
    """Routes given inside the table are calls of their own."""

    @override
    def created(self, run: Run) -> None:
        for route in items(run.inputs.get("routes")):
            run.aws_call("create_route", self._route(run, route))

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        if "routes" not in changed:
            return
        before, after = items(old.get("routes")), items(run.inputs.get("routes"))
        for route in before:
            if route not in after:
                arguments = self._route(run, route)
                gone = {k: v for k, v in arguments.items() if k.startswith(("Route", "Dest"))}
                run.aws_call("delete_route", gone)
        for route in after:
            if route not in before:
                run.aws_call("create_route", self._route(run, route))

    @staticmethod
    def _route(run: Run, route: dict[str, Value]) -> dict[str, object]:
        return only(
            {
                "RouteTableId": run.id,
                "DestinationCidrBlock": route.get("cidrBlock"),
                "DestinationIpv6CidrBlock": route.get("ipv6CidrBlock"),
                "DestinationPrefixListId": route.get("destinationPrefixListId"),
                **{member: route.get(name) for name, member in _TARGETS.items()},
            }
        )


@named("route")
class Route(Hook):
    """A route has no id of its own: it is found in its table by its destination."""

    @override
    def read(self, run: Run) -> dict[str, object] | None:
        scope = run.scope
        wanted = _destination(
            scope, "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"
        )
        response = run.aws_call(
            "describe_route_tables", {"RouteTableIds": [scope.get("routeTableId")]}
        )
        for table in items(response.get("RouteTables")):
            for route in items(table.get("Routes")):
                there = _destination(
                    route,
                    "DestinationCidrBlock",
                    "DestinationIpv6CidrBlock",
                    "DestinationPrefixListId",
                )
                if there == wanted:
                    return {**route, "RouteTableId": table["RouteTableId"]}
        return None

    @override
    def imported(self, run: Run) -> None:
        run.inputs["routeTableId"], _, run.inputs["destinationCidrBlock"] = run.id.partition("_")


@named("route_table_association")
class RouteTableAssociation(Hook):
    """Found in whichever table holds it."""

    @override
    def read(self, run: Run) -> dict[str, object] | None:
        for table in items(run.aws_call("describe_route_tables", {}).get("RouteTables")):
            for link in items(table.get("Associations")):
                if link.get("RouteTableAssociationId") == run.id:
                    return {**link}
        return None


@named("nat")
class NatGateway(Hook):
    """Its public address is its allocation's, where the gateway itself does not tell it."""

    @override
    def outputs(self, run: Run, out: Properties, found: dict[str, object]) -> None:
        allocation = out.get("allocationId") or run.scope.get("allocationId")
        if out.get("publicIp") or not allocation:
            return
        response = run.aws_call("describe_addresses", {"AllocationIds": [allocation]})
        for address in items(response.get("Addresses")):
            out["publicIp"] = address.get("PublicIp")


@named("vpc_endpoint")
class VpcEndpoint(Hook):
    """Its tables, subnets and groups change by adding and removing."""

    @override
    def changed(self, run: Run, changed: set[str], old: Properties) -> None:
        arguments: dict[str, object] = {}
        for name, member in (
            ("routeTableIds", "RouteTableIds"),
            ("subnetIds", "SubnetIds"),
            ("securityGroupIds", "SecurityGroupIds"),
        ):
            if name in changed:
                before, after = set(strings(old.get(name))), set(strings(run.inputs.get(name)))
                arguments[f"Add{member}"] = sorted(after - before)
                arguments[f"Remove{member}"] = sorted(before - after)
        if arguments := only(arguments):
            run.aws_call("modify_vpc_endpoint", {"VpcEndpointId": run.id, **arguments})


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
        found = _described(
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


@named("flow_log")
class FlowLog(Hook):
    """EC2 wants the resource's kind beside its id."""

    _KINDS = (("vpcId", "VPC"), ("subnetId", "Subnet"), ("eniId", "NetworkInterface"))

    @override
    def arguments(self, run: Run, call: str, arguments: dict[str, object]) -> dict[str, object]:
        for name, kind in self._KINDS:
            if run.inputs.get(name):
                arguments |= {"ResourceIds": [run.inputs[name]], "ResourceType": kind}
        return arguments


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
        acls = _described(
            run, "describe_network_acls", "NetworkAcls", association__subnet_id=subnet
        )
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
