"""The same questions asked of the same resources by our rules, by OPA and by checkov, so that costs can be compared."""
