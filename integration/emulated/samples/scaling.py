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
}
