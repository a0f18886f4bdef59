"""How services grow and shrink."""

from integration.emulated.samples.kinds import Of, Sample

SAMPLES: dict[str, Sample] = {
    "scaling-target": Sample(
        "aws:appautoscaling/target:Target",
        {
            "serviceNamespace": "ecs",
            "resourceId": "service/sample/app",
            "scalableDimension": "ecs:service:DesiredCount",
            "minCapacity": 1,
            "maxCapacity": 4,
        },
        {"maxCapacity": 8},
    ),
    "scaling-policy": Sample(
        "aws:appautoscaling/policy:Policy",
        {
            "policyType": "TargetTrackingScaling",
            "serviceNamespace": Of("scaling-target", "serviceNamespace"),
            "resourceId": Of("scaling-target", "resourceId"),
            "scalableDimension": Of("scaling-target", "scalableDimension"),
            "targetTrackingScalingPolicyConfiguration": {
                "targetValue": 60,
                "scaleInCooldown": 120,
                "predefinedMetricSpecification": {
                    "predefinedMetricType": "ECSServiceAverageCPUUtilization"
                },
            },
        },
        {
            "targetTrackingScalingPolicyConfiguration": {
                "targetValue": 70,
                "predefinedMetricSpecification": {
                    "predefinedMetricType": "ECSServiceAverageCPUUtilization"
                },
            },
        },
    ),
    "scaling-schedule": Sample(
        "aws:appautoscaling/scheduledAction:ScheduledAction",
        {
            "serviceNamespace": Of("scaling-target", "serviceNamespace"),
            "resourceId": Of("scaling-target", "resourceId"),
            "scalableDimension": Of("scaling-target", "scalableDimension"),
            "schedule": "cron(0 8 * * ? *)",
            "scalableTargetAction": {"minCapacity": 2, "maxCapacity": 4},
        },
    ),
    "scaling-steps": Sample(
        "aws:appautoscaling/policy:Policy",
        {
            "policyType": "StepScaling",
            "serviceNamespace": Of("scaling-target", "serviceNamespace"),
            "resourceId": Of("scaling-target", "resourceId"),
            "scalableDimension": Of("scaling-target", "scalableDimension"),
            "stepScalingPolicyConfiguration": {
                "adjustmentType": "ChangeInCapacity",
                "cooldown": 60,
                "metricAggregationType": "Maximum",
                "stepAdjustments": [
                    {
                        "metricIntervalLowerBound": "0",
                        "metricIntervalUpperBound": "300",
                        "scalingAdjustment": 1,
                    },
                    {"metricIntervalLowerBound": "300", "scalingAdjustment": 2},
                ],
            },
        },
        {
            "stepScalingPolicyConfiguration": {
                "adjustmentType": "ChangeInCapacity",
                "cooldown": 120,
                "metricAggregationType": "Maximum",
                "stepAdjustments": [{"metricIntervalLowerBound": "0", "scalingAdjustment": 3}],
            },
        },
    ),
    "scaling-own-metric": Sample(
        "aws:appautoscaling/policy:Policy",
        {
            "policyType": "TargetTrackingScaling",
            "serviceNamespace": Of("scaling-target", "serviceNamespace"),
            "resourceId": Of("scaling-target", "resourceId"),
            "scalableDimension": Of("scaling-target", "scalableDimension"),
            "targetTrackingScalingPolicyConfiguration": {
                "targetValue": 3000,
                "scaleInCooldown": 600,
                "scaleOutCooldown": 60,
                "customizedMetricSpecification": {
                    "metricName": "ActiveConnections",
                    "namespace": "Sample/Chat",
                    "statistic": "Average",
                    "dimensions": [{"name": "Service", "value": "realtime"}],
                },
            },
        },
    ),
    "scaling-metric-math": Sample(
        "aws:appautoscaling/policy:Policy",
        {
            "policyType": "TargetTrackingScaling",
            "serviceNamespace": Of("scaling-target", "serviceNamespace"),
            "resourceId": Of("scaling-target", "resourceId"),
            "scalableDimension": Of("scaling-target", "scalableDimension"),
            "targetTrackingScalingPolicyConfiguration": {
                "targetValue": 100,
                "customizedMetricSpecification": {
                    "metrics": [
                        {
                            "id": "messages",
                            "returnData": False,
                            "metricStat": {
                                "stat": "Average",
                                "metric": {
                                    "metricName": "ApproximateNumberOfMessagesVisible",
                                    "namespace": "AWS/SQS",
                                    "dimensions": [{"name": "QueueName", "value": "push"}],
                                },
                            },
                        },
                        {
                            "id": "each",
                            "expression": "messages / 2",
                            "label": "Messages of each worker",
                            "returnData": True,
                        },
                    ]
                },
            },
        },
    ),
}
