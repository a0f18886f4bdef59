"""Logs, metrics, alarms, dashboards."""

import json

from integration.emulated.samples.kinds import RETAGGED, TAGS, Of, Sample, policy

SAMPLES: dict[str, Sample] = {
    "logs": Sample(
        "aws:cloudwatch/logGroup:LogGroup",
        {"name": "/sample/logs", "retentionInDays": 30, "tags": TAGS},
        {"retentionInDays": 90, "tags": RETAGGED},
    ),
    "metric-filter": Sample(
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        {
            "logGroupName": Of("logs", "name"),
            "pattern": "ERROR",
            "metricTransformation": {"name": "Errors", "namespace": "Sample", "value": "1"},
        },
        {"pattern": "FATAL"},
    ),
    "alarm": Sample(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "name": "sample-alarm",
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 2,
            "metricName": "CPUUtilization",
            "namespace": "AWS/ECS",
            "period": 60,
            "statistic": "Average",
            "threshold": 80,
            "alarmActions": [Of("topic", "arn")],
            "dimensions": {"ClusterName": "sample", "ServiceName": "api"},
            "treatMissingData": "notBreaching",
            "tags": TAGS,
        },
        {"threshold": 90},
    ),
    "alarm-math": Sample(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 2,
            "threshold": 5,
            "metricQueries": [
                {"id": "rate", "expression": "100*e/r", "label": "rate", "returnData": True},
                {
                    "id": "e",
                    "metric": {
                        "metricName": "HTTPCode_Target_5XX_Count",
                        "namespace": "AWS/ApplicationELB",
                        "period": 60,
                        "stat": "Sum",
                    },
                },
                {
                    "id": "r",
                    "metric": {
                        "metricName": "RequestCount",
                        "namespace": "AWS/ApplicationELB",
                        "period": 60,
                        "stat": "Sum",
                    },
                },
            ],
        },
    ),
    "composite": Sample(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        {"alarmName": "sample-composite", "alarmRule": "TRUE"},
    ),
    "dashboard": Sample(
        "aws:cloudwatch/dashboard:Dashboard",
        {"dashboardName": "sample", "dashboardBody": json.dumps({"widgets": []})},
    ),
    "log-resource-policy": Sample(
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        {
            "policyName": "sample",
            "policyDocument": policy("logs:PutLogEvents", "delivery.logs.amazonaws.com"),
        },
        {"policyDocument": policy("logs:CreateLogStream", "delivery.logs.amazonaws.com")},
    ),
    "alarm-percentile": Sample(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 3,
            "datapointsToAlarm": 3,
            "metricName": "EventLoopLagMs",
            "namespace": "Sample/Chat",
            "period": 60,
            "extendedStatistic": "p95",
            "evaluateLowSampleCountPercentiles": "ignore",
            "threshold": 100,
            "dimensions": {"Service": "realtime"},
        },
        {"extendedStatistic": "p99", "threshold": 120.5},
    ),
    "composite-of-two": Sample(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        {
            "alarmName": "sample-composite-of-two",
            "alarmRule": 'ALARM("sample-alarm")',
            "alarmActions": [Of("topic", "arn")],
            "tags": {"watches": Of("alarm", "name")},
        },
        {"alarmRule": "FALSE"},
    ),
}
