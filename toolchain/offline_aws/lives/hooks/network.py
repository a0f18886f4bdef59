"""Networks: what EC2 keeps elsewhere than on the resource itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from toolchain.offline_aws.lives.hooks.base import Hook, items, named, only, strings
from toolchain.offline_aws.wire import Properties, Value

if TYPE_CHECKING:
    from toolchain.offline_aws.lives.run import Run


def described(run: Run, call: str, key: str, **filters: str) -> list[dict[str, Value]]:
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
        tables = described(run, "describe_route_tables", "RouteTables", vpc_id=run.id)
        main = [
            table
            for table in tables
            if any(link.get("Main") for link in items(table.get("Associations")))
        ]
        if main:
            out["mainRouteTableId"] = out["defaultRouteTableId"] = main[0]["RouteTableId"]
        groups = described(
            run, "describe_security_groups", "SecurityGroups", vpc_id=run.id, group_name="default"
        )
        if groups:
            out["defaultSecurityGroupId"] = groups[0]["GroupId"]
        acls = described(run, "describe_network_acls", "NetworkAcls", vpc_id=run.id)
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
