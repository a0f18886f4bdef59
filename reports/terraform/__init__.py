"""The resource graph as a Terraform plan, for tools that know Terraform and not Pulumi."""
