"""A weekend's chat server: one load balancer, one service, one database."""

import json

import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("main", cidr_block="172.20.0.0/16", enable_dns_hostnames=True)
gateway = aws.ec2.InternetGateway("main", vpc_id=vpc.id)
routes = aws.ec2.RouteTable(
    "main",
    vpc_id=vpc.id,
    routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}],
)
subnets = []
for index, zone in enumerate(["eu-west-1a", "eu-west-1b"]):
    subnet = aws.ec2.Subnet(
        f"subnet-{index}",
        vpc_id=vpc.id,
        cidr_block=f"172.20.{index}.0/24",
        availability_zone=zone,
        tags={"Name": f"private-{index}"},
    )
    aws.ec2.RouteTableAssociation(f"subnet-{index}", subnet_id=subnet.id, route_table_id=routes.id)
    subnets.append(subnet.id)

balancer = aws.lb.LoadBalancer(
    "web", load_balancer_type="application", subnets=subnets, idle_timeout=60
)

database = aws.rds.Cluster(
    "db",
    engine="aurora-postgresql",
    engine_mode="provisioned",
    database_name="chat",
    master_username="chat",
    master_password="Correct-Horse-7-Battery",
    storage_encrypted=True,
    db_subnet_group_name=aws.rds.SubnetGroup("db", subnet_ids=subnets).name,
    serverlessv2_scaling_configuration={"min_capacity": 0.5, "max_capacity": 4},
    skip_final_snapshot=True,
)
aws.rds.ClusterInstance(
    "db-1",
    cluster_identifier=database.id,
    engine="aurora-postgresql",
    instance_class="db.serverless",
)

cluster = aws.ecs.Cluster("main")
role = aws.iam.Role(
    "task",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                }
            ],
        }
    ),
)
task = aws.ecs.TaskDefinition(
    "server",
    family="server",
    cpu="256",
    memory="512",
    network_mode="awsvpc",
    requires_compatibilities=["FARGATE"],
    execution_role_arn=role.arn,
    container_definitions=json.dumps(
        [{"name": "server", "image": "ghcr.io/example/server:3", "essential": True}]
    ),
)
aws.ecs.Service(
    "server",
    cluster=cluster.arn,
    task_definition=task.arn,
    desired_count=1,
    launch_type="FARGATE",
    network_configuration={"subnets": subnets, "assign_public_ip": True},
)

pulumi.export("url", balancer.dns_name)
