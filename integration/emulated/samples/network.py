"""Networks, and what is allowed through them."""

from integration.emulated.samples.kinds import RETAGGED, TAGS, Of, Sample

SAMPLES: dict[str, Sample] = {
    "vpc": Sample(
        "aws:ec2/vpc:Vpc",
        {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "tags": TAGS},
        {"tags": RETAGGED, "enableDnsHostnames": False},
    ),
    "subnet-a": Sample(
        "aws:ec2/subnet:Subnet",
        {
            "vpcId": Of("vpc", "id"),
            "cidrBlock": "10.0.0.0/24",
            "availabilityZone": "eu-west-1a",
            "mapPublicIpOnLaunch": True,
            "tags": TAGS,
        },
        {"mapPublicIpOnLaunch": False},
    ),
    "subnet-b": Sample(
        "aws:ec2/subnet:Subnet",
        {
            "vpcId": Of("vpc", "id"),
            "cidrBlock": "10.0.1.0/24",
            "availabilityZone": "eu-west-1b",
        },
    ),
    "gateway": Sample(
        "aws:ec2/internetGateway:InternetGateway",
        {"vpcId": Of("vpc", "id"), "tags": TAGS},
        {"tags": RETAGGED},
    ),
    "route-table": Sample(
        "aws:ec2/routeTable:RouteTable", {"vpcId": Of("vpc", "id"), "tags": TAGS}
    ),
    "route-table-inline": Sample(
        "aws:ec2/routeTable:RouteTable",
        {
            "vpcId": Of("vpc", "id"),
            "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": Of("gateway", "id")}],
        },
        {"routes": [{"cidrBlock": "10.9.0.0/16", "gatewayId": Of("gateway", "id")}]},
    ),
    "route": Sample(
        "aws:ec2/route:Route",
        {
            "routeTableId": Of("route-table", "id"),
            "destinationCidrBlock": "0.0.0.0/0",
            "gatewayId": Of("gateway", "id"),
        },
    ),
    "route-table-association": Sample(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {"routeTableId": Of("route-table", "id"), "subnetId": Of("subnet-a", "id")},
    ),
    "address": Sample("aws:ec2/eip:Eip", {"domain": "vpc", "tags": TAGS}, {"tags": RETAGGED}),
    "nat": Sample(
        "aws:ec2/natGateway:NatGateway",
        {"allocationId": Of("address", "id"), "subnetId": Of("subnet-a", "id"), "tags": TAGS},
    ),
    "endpoint": Sample(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpcId": Of("vpc", "id"),
            "serviceName": "com.amazonaws.eu-west-1.s3",
            "vpcEndpointType": "Gateway",
            "routeTableIds": [Of("route-table", "id")],
        },
    ),
    "endpoint-interface": Sample(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpcId": Of("vpc", "id"),
            "serviceName": "com.amazonaws.eu-west-1.logs",
            "vpcEndpointType": "Interface",
            "privateDnsEnabled": True,
            "subnetIds": [Of("subnet-a", "id")],
            "securityGroupIds": [Of("group", "id")],
        },
    ),
    "group": Sample(
        "aws:ec2/securityGroup:SecurityGroup",
        {"vpcId": Of("vpc", "id"), "description": "A sample", "tags": TAGS},
        {"tags": RETAGGED},
    ),
    "group-inline": Sample(
        "aws:ec2/securityGroup:SecurityGroup",
        {
            "vpcId": Of("vpc", "id"),
            "ingress": [
                {"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": ["0.0.0.0/0"]}
            ],
            "egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}],
        },
        {
            "ingress": [
                {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["0.0.0.0/0"]}
            ],
        },
    ),
    "default-group": Sample(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", {"vpcId": Of("vpc", "id")}
    ),
    "ingress-rule": Sample(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        {
            "securityGroupId": Of("group", "id"),
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "cidrIpv4": "0.0.0.0/0",
            "description": "HTTPS",
        },
        {"fromPort": 444, "toPort": 444},
    ),
    "egress-rule": Sample(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        {
            "securityGroupId": Of("group", "id"),
            "ipProtocol": "-1",
            "referencedSecurityGroupId": Of("group-inline", "id"),
        },
    ),
    "old-rule": Sample(
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        {
            "type": "ingress",
            "securityGroupId": Of("group", "id"),
            "protocol": "tcp",
            "fromPort": 8080,
            "toPort": 8080,
            "cidrBlocks": ["10.0.0.0/8"],
        },
    ),
    "network-acl": Sample(
        "aws:ec2/networkAcl:NetworkAcl",
        {
            "vpcId": Of("vpc", "id"),
            "ingress": [
                {
                    "protocol": "tcp",
                    "ruleNo": 100,
                    "action": "allow",
                    "cidrBlock": "0.0.0.0/0",
                    "fromPort": 443,
                    "toPort": 443,
                }
            ],
        },
    ),
    "flow-log": Sample(
        "aws:ec2/flowLog:FlowLog",
        {
            "vpcId": Of("vpc", "id"),
            "trafficType": "ALL",
            "logDestinationType": "cloud-watch-logs",
            "logDestination": Of("logs", "arn"),
            "iamRoleArn": Of("role", "arn"),
            "maxAggregationInterval": 60,
        },
    ),
}
