# The questions of `questions.py`, asked of a Terraform plan: each is what our rule of the same name asks.
# `data.plumbline.verdicts` has by question and address whether the resource is as it should be. A resource that a
# question does not concern, or about which it cannot be decided before the deployment, is not in it.
package plumbline

# What is planned, by Terraform type.
planned := {kind: resources |
	some kind in {one.type | some one in input.resource_changes}
	resources := [one | some one in input.resource_changes; one.type == kind]
}

# What each resource's arguments refer to, by its address.
expressions := {one.address: one.expressions | some one in input.configuration.root_module.resources}

of_types(kinds) := [one | some kind in kinds; some one in planned[kind]]

referred(one, argument) := {target | some target in expressions[one.address][argument].references}

given(one, argument, otherwise) := object.get(one.change.after, argument, otherwise)

# The fields of a block of which there is at most one.
block(one, argument) := found[0] if {
	found := given(one, argument, [])
	count(found) > 0
} else := {}

is_known(one, argument) if not one.change.after_unknown[argument]

is_said(one, argument) if not given(one, argument, null) in {null, ""}

is_said(one, argument) if one.change.after_unknown[argument]

# Whether it is known which resources are referred to: surely, and perhaps.
settled(one, surely, _) if one.address in surely

settled(one, _, perhaps) if not one.address in perhaps

# The provider takes a text for a switch too.
is_on(value) := value in {true, "true"}

is_replica(one) if {
	some argument in ["replicate_source_db", "replication_source_identifier"]
	is_said(one, argument)
}

verdicts["rds-encrypted"][one.address] := is_on(given(one, "storage_encrypted", false)) if {
	some one in of_types(["aws_db_instance", "aws_rds_cluster"])
	is_known(one, "storage_encrypted")
	not encrypted_as_its_source(one)
}

encrypted_as_its_source(one) if {
	not is_said(one, "storage_encrypted")
	is_replica(one)
}

encrypted_as_its_source(one) if {
	not is_said(one, "storage_encrypted")
	some argument in ["snapshot_identifier", "restore_to_point_in_time", "global_cluster_identifier"]
	is_said(one, argument)
}

encrypted_as_its_source(one) if {
	not is_said(one, "storage_encrypted")
	given(one, "engine_mode", "") == "serverless"
}

verdicts["rds-not-public"][one.address] := is_on(given(one, "publicly_accessible", false)) == false if {
	some one in of_types(["aws_db_instance", "aws_rds_cluster_instance"])
	is_known(one, "publicly_accessible")
}

verdicts["rds-multi-az"][one.address] := is_on(given(one, "multi_az", false)) if {
	some one in of_types(["aws_db_instance"])
	is_known(one, "multi_az")
	not is_replica(one)
}

verdicts["rds-deletion-protection"][one.address] := is_on(given(one, "deletion_protection", false)) if {
	some one in of_types(["aws_db_instance", "aws_rds_cluster"])
	is_known(one, "deletion_protection")
}

# A key that is not known yet is one all the same.
verdicts["sns-encrypted"][one.address] := keyed if {
	some one in of_types(["aws_sns_topic"])
	keyed := count([1 | is_said(one, "kms_master_key_id")]) > 0
}

verdicts["kms-key-rotation"][one.address] := is_on(given(one, "enable_key_rotation", false)) if {
	some one in of_types(["aws_kms_key"])
	is_known(one, "enable_key_rotation")
	given(one, "customer_master_key_spec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT"
	given(one, "key_usage", "ENCRYPT_DECRYPT") == "ENCRYPT_DECRYPT"
}

verdicts["ecs-container-insights"][one.address] := enabled if {
	some one in of_types(["aws_ecs_cluster"])
	is_known(one, "setting")
	values := {setting.value | some setting in given(one, "setting", []); setting.name == "containerInsights"}
	enabled := count(values & {"enabled", "enhanced"}) > 0
}

verdicts["ecs-no-public-ip"][one.address] := is_on(object.get(network, "assign_public_ip", false)) == false if {
	some one in of_types(["aws_ecs_service", "aws_ecs_task_set"])
	network := given(one, "network_configuration", [])[0]
	not one.change.after_unknown.network_configuration[0].assign_public_ip
}

verdicts["ecr-immutable-tags"][one.address] := given(one, "image_tag_mutability", "MUTABLE") == "IMMUTABLE" if {
	some one in of_types(["aws_ecr_repository"])
	is_known(one, "image_tag_mutability")
}

application_balancers := [one |
	some one in of_types(["aws_lb"])
	given(one, "load_balancer_type", "application") == "application"
]

verdicts["alb-drop-invalid-headers"][one.address] := is_on(given(one, "drop_invalid_header_fields", false)) if {
	some one in application_balancers
	is_known(one, "drop_invalid_header_fields")
}

verdicts["alb-deletion-protection"][one.address] := is_on(given(one, "enable_deletion_protection", false)) if {
	some one in of_types(["aws_lb"])
	is_known(one, "enable_deletion_protection")
}

most_days_between_rotations := 90

verdicts["secret-rotation-schedule"][one.address] := often if {
	some one in of_types(["aws_secretsmanager_secret_rotation"])
	is_known(one, "rotation_rules")
	often := is_often(block(one, "rotation_rules"))
}

is_often(rules) := to_number(rules.automatically_after_days) <= most_days_between_rotations

is_often(rules) := to_number(found[0][1]) <= (most_days_between_rotations * units[found[0][2]]) if {
	not rules.automatically_after_days
	units := {"hour": 24, "day": 1}
	found := regex.find_all_string_submatch_n(`^rate\((\d+) (hour|day)s?\)$`, rules.schedule_expression, 1)
	count(found) > 0
}

is_often(rules) := false if {
	not rules.automatically_after_days
	not rules.schedule_expression
}

is_often(rules) if {
	not rules.automatically_after_days
	regex.match(`^cron\(\S+ \S+ \S+ \* \S+ \S+\)$`, rules.schedule_expression)
}

verdicts["ecs-no-host-namespaces"][one.address] := count(modes & {"host"}) == 0 if {
	some one in of_types(["aws_ecs_task_definition"])
	arguments := ["pid_mode", "ipc_mode", "network_mode"]
	every argument in arguments { is_known(one, argument) }
	modes := {given(one, argument, "") | some argument in arguments}
}

verdicts["ecs-volumes-encrypted-in-transit"][one.address] := encryptions == {"ENABLED"} if {
	some one in of_types(["aws_ecs_task_definition"])
	mounted := [found | found := given(one, "volume", [])[_].efs_volume_configuration[0]]
	count(mounted) > 0
	unknown := [1 | one.change.after_unknown.volume[_].efs_volume_configuration[0].transit_encryption]
	count(unknown) == 0
	encryptions := {object.get(volume, "transit_encryption", "DISABLED") | some volume in mounted}
}

verdicts["ecs-newest-platform"][one.address] := version in {"LATEST", "1.4.0", "1.0.0"} if {
	some one in of_types(["aws_ecs_service"])
	not given(one, "launch_type", "FARGATE") in {"EC2", "EXTERNAL"}
	is_known(one, "platform_version")
	version := given(one, "platform_version", "LATEST")
}

verdicts["ec2-imdsv2"][one.address] := wants_token(options) if {
	some one in of_types(["aws_instance", "aws_launch_template", "aws_launch_configuration"])
	is_known(one, "metadata_options")
	options := block(one, "metadata_options")
	not follows_template(one, options)
}

follows_template(one, options) if {
	one.type == "aws_instance"
	is_said(one, "launch_template")
	not options.http_tokens
}

wants_token(options) if {
	options.http_tokens == "required"
} else if {
	options.http_endpoint == "disabled"
} else := false

verdicts["ebs-encrypted"][one.address] := is_on(given(one, "encrypted", false)) if {
	some one in of_types(["aws_ebs_volume"])
	is_known(one, "encrypted")
}

verdicts["ebs-encryption-by-default"][one.address] := is_on(given(one, "enabled", true)) if {
	some one in of_types(["aws_ebs_encryption_by_default"])
	is_known(one, "enabled")
}

versionings := of_types(["aws_s3_bucket_versioning"])

versioned := {bucket |
	some one in versionings
	block(one, "versioning_configuration").status == "Enabled"
	some bucket in referred(one, "bucket")
}

perhaps_versioned := {bucket |
	some one in versionings
	not is_known(one, "versioning_configuration")
	some bucket in referred(one, "bucket")
}

has_versions(one) if is_on(object.get(block(one, "versioning"), "enabled", false))

has_versions(one) if one.address in versioned

verdicts["s3-versioning"][one.address] := count([1 | has_versions(one)]) > 0 if {
	some one in of_types(["aws_s3_bucket"])
	is_known(one, "versioning")
	settled(one, versioned, perhaps_versioned)
}

flow_logs := [one | some one in of_types(["aws_flow_log"]); given(one, "traffic_type", "ALL") != "ACCEPT"]

# An argument that is not known before the deployment has no value in the plan, and would pass for its default.
logged_networks := {network |
	some one in flow_logs
	is_known(one, "traffic_type")
	some network in referred(one, "vpc_id")
}

perhaps_logged_networks := {network |
	some one in flow_logs
	some network in referred(one, "vpc_id")
}

verdicts["vpc-flow-logs"][one.address] := one.address in logged_networks if {
	some one in of_types(["aws_vpc"])
	settled(one, logged_networks, perhaps_logged_networks)
}

acls := of_types(["aws_wafv2_web_acl"])

of_cloudfront := {one.address | some one in acls; given(one, "scope", "") == "CLOUDFRONT"}

of_unknown_scope := {one.address | some one in acls; not is_known(one, "scope")}

associations := [one |
	some one in of_types(["aws_wafv2_web_acl_association", "aws_wafregional_web_acl_association"])
	count(referred(one, "web_acl_arn") & of_cloudfront) == 0
]

guarded := {balancer |
	some one in associations
	count(referred(one, "web_acl_arn") & of_unknown_scope) == 0
	some balancer in referred(one, "resource_arn")
}

perhaps_guarded := {balancer | some one in associations; some balancer in referred(one, "resource_arn")}

verdicts["alb-waf"][one.address] := one.address in guarded if {
	some one in application_balancers
	is_known(one, "internal")
	is_on(given(one, "internal", false)) == false
	settled(one, guarded, perhaps_guarded)
}

logged_acls := {acl |
	some one in of_types(["aws_wafv2_web_acl_logging_configuration"])
	has_destination(one)
	some acl in referred(one, "resource_arn")
}

has_destination(one) if count(given(one, "log_destination_configs", [])) > 0

has_destination(one) if one.change.after_unknown.log_destination_configs

verdicts["waf-logging"][one.address] := one.address in logged_acls if {
	some one in of_types(["aws_wafv2_web_acl"])
}
