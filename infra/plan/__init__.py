"""Pure decisions: figures, names and documents, with no resource and no Pulumi in sight."""
