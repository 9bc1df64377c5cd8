package c4

admin(s) if {
	s.effect == "Allow"
	"*" in s.actions
	"*" in s.resources
}

admin_policies := {p.arn | some p in input.iam.managed_policy; some s in p.statements; admin(s)}
known_policies := {p.arn | some p in input.iam.managed_policy}

bad(r) if {
	some p in r.inline_policies
	some s in p.statements
	admin(s)
}
bad(r) if {
	some arn in r.attached_policies
	admin_policies[arn]
}

lost(r) if {
	some arn in r.attached_policies
	not known_policies[arn]
}

fail := count([1 | some r in input.iam.role; bad(r)])
unknown := count([1 | some r in input.iam.role; lost(r); not bad(r)])
result := {"C4": [(count(input.iam.role) - fail) - unknown, fail, unknown]}
