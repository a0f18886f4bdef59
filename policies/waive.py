"""Waivers in code: excuse a resource from a rule, beside the resource itself.

This file needs nothing but `pulumi`. Copy it into any Pulumi program that the pack judges:

    bucket = aws.s3.Bucket(
        "logs",
        opts=waived(
            rule="s3-versioning",
            reason="it holds copies of logs that are kept elsewhere",
            owner="platform",
            ticket="OPS-7",
            expires="2027-01-31",
        ),
    )

The engine passes a policy pack no option of a resource's own, so the waiver is a component that is
registered before the resource and names it by its URN. It has no effect but to be read.
"""

from __future__ import annotations

import pulumi

WAIVER_TYPE = "plumbline:policy:Waiver"


class Waiver(pulumi.ComponentResource):
    """One excuse, as the policy pack reads it."""

    def __init__(
        self,
        name: str,
        stated: dict[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(WAIVER_TYPE, name, dict(stated), opts)
        self.register_outputs({})


def waived(
    opts: pulumi.ResourceOptions | None = None,
    *,
    rule: str,
    reason: str,
    owner: str,
    ticket: str,
    expires: str,
    path: str | None = None,
) -> pulumi.ResourceOptions:
    """Options that excuse the resource they are given to from a rule.

    `expires` is YYYY-MM-DD, at most 180 days ahead; `ticket` an address or a key such as OPS-7;
    `path` limits it to findings about one property. What is wrong with a waiver, or one that
    excuses nothing, stops the preview. Options that already waive another rule may be passed on.
    Children of the resource are not excused.
    """

    def beside(
        args: pulumi.ResourceTransformationArgs,
    ) -> pulumi.ResourceTransformationResult | None:
        # Children inherit the transformation, without having it among their own options.
        if beside not in (args.opts.transformations or []):
            return None
        above = args.opts.parent
        # The parent's URN without the dependency on the parent: that one waits for its children.
        under = None if above is None else pulumi.Output.from_input(above.urn.future()).apply(str)
        stated: dict[str, pulumi.Input[str]] = {
            "rule": rule,
            "resource": pulumi.create_urn(args.name, args.type_, parent=under),
            "reason": reason,
            "owner": owner,
            "ticket": ticket,
            "expires": expires,
        }
        about = [args.type_.rpartition(":")[2], args.name, rule]
        if path is not None:
            stated["path"] = path
            about.append(path)
        waiver = Waiver("-".join(about), stated, pulumi.ResourceOptions(parent=above))
        # The resource waits until the waiver is registered, and so known to the pack. On a
        # component itself it would not wait: that stands for its children, and this one has none.
        registered = waiver.urn.apply(lambda _urn: waiver)
        first = pulumi.ResourceOptions(depends_on=[registered])
        return pulumi.ResourceTransformationResult(
            props=args.props, opts=pulumi.ResourceOptions.merge(args.opts, first)
        )

    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(transformations=[beside]))
