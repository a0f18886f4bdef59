"""Parley, a messenger for book clubs: everything that it runs on."""

import json

import pulumi
import pulumi_aws as aws

ZONES = ["eu-west-1a", "eu-west-1b"]
DOMAIN = "talk.parley.example"
TAGS = {"Project": "parley", "Environment": pulumi.get_stack()}
REGISTRY = "ghcr.io/parley"
ACCOUNT = "123456789012"


def trust(service: str) -> str:
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": f"{service}.amazonaws.com"},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allow(*statements: dict) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]}
    )


# --- network -----------------------------------------------------------------------------------

vpc = aws.ec2.Vpc("parley", cidr_block="10.60.0.0/16", enable_dns_hostnames=True, tags=TAGS)
internet = aws.ec2.InternetGateway("parley", vpc_id=vpc.id, tags=TAGS)
outside = aws.ec2.RouteTable("outside", vpc_id=vpc.id, tags=TAGS)
aws.ec2.Route(
    "outside",
    route_table_id=outside.id,
    destination_cidr_block="0.0.0.0/0",
    gateway_id=internet.id,
)
front, back = [], []
for number, zone in enumerate(ZONES):
    subnet = aws.ec2.Subnet(
        f"front-{zone}",
        vpc_id=vpc.id,
        cidr_block=f"10.60.{number}.0/24",
        availability_zone=zone,
        tags=TAGS,
    )
    aws.ec2.RouteTableAssociation(f"front-{zone}", subnet_id=subnet.id, route_table_id=outside.id)
    front.append(subnet)
address = aws.ec2.Eip("nat", domain="vpc", tags=TAGS)
nat = aws.ec2.NatGateway("nat", allocation_id=address.id, subnet_id=front[0].id, tags=TAGS)
inside = aws.ec2.RouteTable(
    "inside",
    vpc_id=vpc.id,
    routes=[{"cidr_block": "0.0.0.0/0", "nat_gateway_id": nat.id}],
    tags=TAGS,
)
for number, zone in enumerate(ZONES):
    subnet = aws.ec2.Subnet(
        f"back-{zone}",
        vpc_id=vpc.id,
        cidr_block=f"10.60.{100 + number}.0/24",
        availability_zone=zone,
        tags=TAGS,
    )
    aws.ec2.RouteTableAssociation(f"back-{zone}", subnet_id=subnet.id, route_table_id=inside.id)
    back.append(subnet)
front_ids, back_ids = [one.id for one in front], [one.id for one in back]

aws.ec2.VpcEndpoint(
    "s3",
    vpc_id=vpc.id,
    service_name="com.amazonaws.eu-west-1.s3",
    route_table_ids=[inside.id],
    tags=TAGS,
)
flows = aws.cloudwatch.LogGroup("flows", retention_in_days=30, tags=TAGS)
flow_role = aws.iam.Role("flows", assume_role_policy=trust("vpc-flow-logs"), tags=TAGS)
aws.iam.RolePolicy(
    "flows",
    role=flow_role.name,
    policy=allow(
        {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [flows.arn.apply(lambda arn: f"{arn}:*")],
        }
    ),
)
aws.ec2.FlowLog(
    "flows",
    vpc_id=vpc.id,
    traffic_type="ALL",
    log_destination=flows.arn,
    iam_role_arn=flow_role.arn,
    tags=TAGS,
)

EGRESS = [{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}]
door = aws.ec2.SecurityGroup(
    "door",
    vpc_id=vpc.id,
    description="The load balancer",
    ingress=[
        {"protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": ["0.0.0.0/0"]}
        for port in (80, 443)
    ],
    egress=EGRESS,
    tags=TAGS,
)
workers = aws.ec2.SecurityGroup(
    "workers",
    vpc_id=vpc.id,
    description="The containers",
    ingress=[{"protocol": "tcp", "from_port": 3000, "to_port": 3000, "security_groups": [door.id]}],
    egress=EGRESS,
    tags=TAGS,
)
stores = aws.ec2.SecurityGroup("stores", vpc_id=vpc.id, description="The stores", tags=TAGS)
for port in (5432, 6379):
    aws.vpc.SecurityGroupIngressRule(
        f"stores-{port}",
        security_group_id=stores.id,
        referenced_security_group_id=workers.id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        tags=TAGS,
    )

# --- stores ------------------------------------------------------------------------------------

parameters = aws.rds.ParameterGroup(
    "parley",
    family="postgres16",
    parameters=[{"name": "rds.force_ssl", "value": "1"}],
    tags=TAGS,
)
database = aws.rds.Instance(
    "parley",
    engine="postgres",
    engine_version="16.4",
    instance_class="db.t4g.medium",
    allocated_storage=50,
    db_name="parley",
    username="parley",
    manage_master_user_password=True,
    multi_az=True,
    storage_encrypted=True,
    publicly_accessible=False,
    deletion_protection=True,
    backup_retention_period=7,
    skip_final_snapshot=False,
    final_snapshot_identifier="parley-last",
    parameter_group_name=parameters.name,
    db_subnet_group_name=aws.rds.SubnetGroup("parley", subnet_ids=back_ids, tags=TAGS).name,
    vpc_security_group_ids=[stores.id],
    tags=TAGS,
)
redis_secret = aws.secretsmanager.Secret("redis", tags=TAGS)
redis_token = aws.secretsmanager.get_random_password_output(
    password_length=40,
    exclude_punctuation=True,
    opts=pulumi.InvokeOutputOptions(depends_on=[redis_secret]),
).random_password
aws.secretsmanager.SecretVersion("redis", secret_id=redis_secret.id, secret_string=redis_token)
redis = aws.elasticache.ReplicationGroup(
    "parley",
    description="Rooms and presence",
    engine="redis",
    engine_version="7.1",
    node_type="cache.t4g.small",
    num_cache_clusters=2,
    automatic_failover_enabled=True,
    multi_az_enabled=True,
    at_rest_encryption_enabled=True,
    transit_encryption_enabled=True,
    auth_token=redis_token,
    subnet_group_name=aws.elasticache.SubnetGroup("parley", subnet_ids=back_ids, tags=TAGS).name,
    security_group_ids=[stores.id],
    tags=TAGS,
)
lost = aws.sqs.Queue("lost-mail", message_retention_seconds=1209600, tags=TAGS)
mail = aws.sqs.Queue(
    "mail",
    redrive_policy=pulumi.Output.json_dumps(
        {"deadLetterTargetArn": lost.arn, "maxReceiveCount": 5}
    ),
    tags=TAGS,
)

# --- edge --------------------------------------------------------------------------------------

zone = aws.route53.get_zone_output(name="parley.example")
certificate = aws.acm.Certificate("talk", domain_name=DOMAIN, validation_method="DNS", tags=TAGS)
logs = aws.s3.Bucket("edge-logs", tags=TAGS)
aws.s3.BucketPublicAccessBlock(
    "edge-logs",
    bucket=logs.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)
aws.s3.BucketPolicy(
    "edge-logs",
    bucket=logs.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                    "Action": "s3:PutObject",
                    "Resource": logs.arn.apply(lambda arn: f"{arn}/*"),
                },
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": [logs.arn, logs.arn.apply(lambda arn: f"{arn}/*")],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
            ],
        }
    ),
)
aws.s3.BucketVersioning("edge-logs", bucket=logs.id, versioning_configuration={"status": "Enabled"})
balancer = aws.lb.LoadBalancer(
    "talk",
    load_balancer_type="application",
    subnets=front_ids,
    security_groups=[door.id],
    idle_timeout=300,
    drop_invalid_header_fields=True,
    enable_deletion_protection=True,
    access_logs={"bucket": logs.bucket, "enabled": True},
    tags=TAGS,
)
aws.route53.Record(
    "talk",
    zone_id=zone.zone_id,
    name=DOMAIN,
    type="A",
    aliases=[
        {"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": True}
    ],
)
aws.lb.Listener(
    "plain",
    load_balancer_arn=balancer.arn,
    port=80,
    protocol="HTTP",
    default_actions=[
        {
            "type": "redirect",
            "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"},
        }
    ],
    tags=TAGS,
)
listener = aws.lb.Listener(
    "secure",
    load_balancer_arn=balancer.arn,
    port=443,
    protocol="HTTPS",
    ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06",
    certificate_arn=certificate.arn,
    default_actions=[
        {
            "type": "fixed-response",
            "fixed_response": {"content_type": "text/plain", "status_code": "404"},
        }
    ],
    tags=TAGS,
)

# --- services ----------------------------------------------------------------------------------

key = aws.kms.Key(
    "pager",
    enable_key_rotation=True,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                },
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudwatch.amazonaws.com"},
                    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                    "Resource": "*",
                },
            ],
        }
    ),
    tags=TAGS,
)
topic = aws.sns.Topic("pager", kms_master_key_id=key.arn, tags=TAGS)
aws.sns.TopicSubscription(
    "pager", topic=topic.arn, protocol="email", endpoint="pager@parley.example"
)
cluster = aws.ecs.Cluster(
    "parley", settings=[{"name": "containerInsights", "value": "enabled"}], tags=TAGS
)


def watch(
    name: str,
    namespace: str,
    metric: str,
    dimensions: dict,
    *,
    limit: float = 80,
    low: bool = False,
) -> None:
    aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=f"{metric} is out of bounds, see docs/runbook.md#{name}",
        namespace=namespace,
        metric_name=metric,
        dimensions=dimensions,
        statistic="Average",
        comparison_operator="LessThanThreshold" if low else "GreaterThanThreshold",
        threshold=limit,
        period=60,
        evaluation_periods=5,
        alarm_actions=[topic.arn],
        tags=TAGS,
    )


def serve(name: str, paths: list[str], priority: int, stickiness: dict | None = None) -> None:
    group = aws.lb.TargetGroup(
        name,
        port=3000,
        protocol="HTTP",
        target_type="ip",
        vpc_id=vpc.id,
        stickiness=stickiness,
        health_check={"path": "/alive", "matcher": "200"},
        tags=TAGS,
    )
    rule = aws.lb.ListenerRule(
        name,
        listener_arn=listener.arn,
        priority=priority,
        conditions=[{"path_pattern": {"values": paths}}],
        actions=[{"type": "forward", "target_group_arn": group.arn}],
        tags=TAGS,
    )
    log = aws.cloudwatch.LogGroup(name, name=f"/parley/{name}", retention_in_days=14, tags=TAGS)
    starter = aws.iam.Role(f"{name}-start", assume_role_policy=trust("ecs-tasks"), tags=TAGS)
    aws.iam.RolePolicy(
        f"{name}-start",
        role=starter.name,
        policy=allow(
            {"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": [log.arn]},
            {"Action": ["secretsmanager:GetSecretValue"], "Resource": [redis_secret.arn]},
        ),
    )
    worker = aws.iam.Role(f"{name}-work", assume_role_policy=trust("ecs-tasks"), tags=TAGS)
    aws.iam.RolePolicy(
        f"{name}-work",
        role=worker.name,
        policy=allow({"Action": ["sqs:SendMessage"], "Resource": [mail.arn]}),
    )
    container = {
        "name": name,
        "image": f"{REGISTRY}/{name}:2.4.0",
        "essential": True,
        "portMappings": [{"containerPort": 3000}],
        "environment": [{"name": "REDIS_HOST", "value": redis.primary_endpoint_address}],
        "secrets": [{"name": "REDIS_TOKEN", "valueFrom": redis_secret.arn}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": f"/parley/{name}",
                "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": name,
            },
        },
    }
    task = aws.ecs.TaskDefinition(
        name,
        family=f"parley-{name}",
        cpu="512",
        memory="1024",
        network_mode="awsvpc",
        requires_compatibilities=["FARGATE"],
        execution_role_arn=starter.arn,
        task_role_arn=worker.arn,
        container_definitions=pulumi.Output.json_dumps([container]),
        tags=TAGS,
    )
    service = aws.ecs.Service(
        name,
        name=name,
        cluster=cluster.arn,
        task_definition=task.arn,
        desired_count=2,
        launch_type="FARGATE",
        network_configuration={"subnets": back_ids, "security_groups": [workers.id]},
        load_balancers=[
            {"target_group_arn": group.arn, "container_name": name, "container_port": 3000}
        ],
        deployment_circuit_breaker={"enable": True, "rollback": True},
        tags=TAGS,
        opts=pulumi.ResourceOptions(depends_on=[rule]),
    )
    target = aws.appautoscaling.Target(
        name,
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=pulumi.Output.concat("service/", cluster.name, "/", service.name),
        min_capacity=2,
        max_capacity=10,
        tags=TAGS,
    )
    aws.appautoscaling.Policy(
        name,
        policy_type="TargetTrackingScaling",
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=target.resource_id,
        target_tracking_scaling_policy_configuration={
            "target_value": 500,
            "predefined_metric_specification": {
                "predefined_metric_type": "ALBRequestCountPerTarget",
                "resource_label": pulumi.Output.concat(balancer.arn_suffix, "/", group.arn_suffix),
            },
        },
    )
    for kind, load in (("CPU", 60), ("Memory", 70)):
        aws.appautoscaling.Policy(
            f"{name}-{kind.lower()}",
            policy_type="TargetTrackingScaling",
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration={
                "target_value": load,
                "scale_in_cooldown": 300,
                "scale_out_cooldown": 60,
                "predefined_metric_specification": {
                    "predefined_metric_type": f"ECSServiceAverage{kind}Utilization"
                },
            },
        )
    here = {"ClusterName": cluster.name, "ServiceName": service.name}
    watch(f"{name}-cpu", "AWS/ECS", "CPUUtilization", here)
    watch(f"{name}-memory", "AWS/ECS", "MemoryUtilization", here)


serve("api", ["/api/*"], 10)
serve("live", ["/socket.io/*"], 20, {"type": "lb_cookie", "cookie_duration": 3600})

edge = {"LoadBalancer": balancer.arn_suffix}
for label, metric, limit in (
    ("door", "HTTPCode_ELB_5XX_Count", 10),
    ("door-targets", "HTTPCode_Target_5XX_Count", 10),
    ("door-sick", "UnHealthyHostCount", 0),
    ("door-slow", "TargetResponseTime", 2),
    ("door-full", "RejectedConnectionCount", 0),
):
    watch(label, "AWS/ApplicationELB", metric, edge, limit=limit)
here = {"DBInstanceIdentifier": database.identifier}
watch("database-cpu", "AWS/RDS", "CPUUtilization", here)
watch("database-connections", "AWS/RDS", "DatabaseConnections", here, limit=300)
watch("database-disk", "AWS/RDS", "FreeStorageSpace", here, limit=5e9, low=True)
watch("database-memory", "AWS/RDS", "FreeableMemory", here, limit=2e8, low=True)
for label, metric, limit in (
    ("redis-cpu", "EngineCPUUtilization", 80),
    ("redis-memory", "DatabaseMemoryUsagePercentage", 80),
    ("redis-evictions", "Evictions", 0),
):
    here = {"ReplicationGroupId": redis.replication_group_id}
    watch(label, "AWS/ElastiCache", metric, here, limit=limit)
for queue, label in ((mail, "mail"), (lost, "lost-mail")):
    here = {"QueueName": queue.name}
    watch(label, "AWS/SQS", "ApproximateNumberOfMessagesVisible", here)
    watch(f"{label}-age", "AWS/SQS", "ApproximateAgeOfOldestMessage", here, limit=600)
aws.cloudwatch.Dashboard(
    "parley",
    dashboard_name="parley",
    dashboard_body=json.dumps({"widgets": []}),
)

# --- guards ------------------------------------------------------------------------------------


def seen(metric: str) -> dict:
    return {
        "metric_name": metric,
        "cloudwatch_metrics_enabled": True,
        "sampled_requests_enabled": False,
    }


def at_most(name: str, path: str, priority: int, limit: int) -> dict:
    return {
        "name": name,
        "priority": priority,
        "action": {"block": {}},
        "statement": {
            "rate_based_statement": {
                "limit": limit,
                "aggregate_key_type": "IP",
                "scope_down_statement": {
                    "byte_match_statement": {
                        "field_to_match": {"uri_path": {}},
                        "positional_constraint": "STARTS_WITH",
                        "search_string": path,
                        "text_transformations": [{"priority": 0, "type": "NONE"}],
                    }
                },
            }
        },
        "visibility_config": seen(name),
    }


def managed(name: str, priority: int) -> dict:
    return {
        "name": name,
        "priority": priority,
        "override_action": {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": f"AWSManagedRules{name}RuleSet",
            }
        },
        "visibility_config": seen(name),
    }


guard = aws.wafv2.WebAcl(
    "talk",
    scope="REGIONAL",
    default_action={"allow": {}},
    rules=[
        at_most("api", "/api/", 1, 2000),
        at_most("live", "/socket.io/", 2, 5000),
        managed("KnownBadInputs", 3),
        managed("Common", 4),
        managed("BotControl", 5),
    ],
    visibility_config=seen("talk"),
    tags=TAGS,
)
aws.wafv2.WebAclAssociation("talk", resource_arn=balancer.arn, web_acl_arn=guard.arn)
guard_log = aws.cloudwatch.LogGroup(
    "guard", name="aws-waf-logs-parley", retention_in_days=30, tags=TAGS
)
aws.wafv2.WebAclLoggingConfiguration(
    "talk",
    resource_arn=guard.arn,
    log_destination_configs=[guard_log.arn],
    redacted_fields=[{"single_header": {"name": one}} for one in ("authorization", "cookie")],
)
safe_key = aws.kms.Key("safe", enable_key_rotation=True, tags=TAGS)
safe = aws.backup.Vault("safe", kms_key_arn=safe_key.arn, tags=TAGS)
plan = aws.backup.Plan(
    "safe",
    rules=[
        {
            "rule_name": "nightly",
            "target_vault_name": safe.name,
            "schedule": "cron(0 2 * * ? *)",
            "enable_continuous_backup": True,
            "lifecycle": {"delete_after": 35},
        },
        {
            "rule_name": "weekly",
            "target_vault_name": safe.name,
            "schedule": "cron(0 4 ? * SUN *)",
            "lifecycle": {"delete_after": 90},
        },
    ],
    tags=TAGS,
)
keeper = aws.iam.Role("keeper", assume_role_policy=trust("backup"), tags=TAGS)
aws.iam.RolePolicyAttachment(
    "keeper",
    role=keeper.name,
    policy_arn="arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
)
aws.backup.Selection("safe", plan_id=plan.id, iam_role_arn=keeper.arn, resources=[database.arn])

pulumi.export("address", f"https://{DOMAIN}")
pulumi.export("database", database.endpoint)
pulumi.export("databaseSecretArn", database.master_user_secrets[0].secret_arn)
