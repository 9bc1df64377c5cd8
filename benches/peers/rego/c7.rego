package c7

approved[key] := times if {
	some m in input.models.model
	key := concat("@", [m.name, m.version])
	times := [object.get(a, "at", null) | some a in m.approvals; a.decision == "approved"]
}

live := [d | some d in input.deployments.deployment; d.environment == "production"]

window := ((90 * 24) * 3600) * 1000000000

good(d) if {
	d.deployed_at != null
	end := time.parse_rfc3339_ns(d.deployed_at)
	some at in approved[d.model]
	at != null
	given := time.parse_rfc3339_ns(at)
	given < end
	given >= end - window
}

doubtful(d) if not approved[d.model]
doubtful(d) if {
	d.deployed_at == null
	count(approved[d.model]) > 0
}
doubtful(d) if {
	some at in approved[d.model]
	at == null
}

pass := count([1 | some d in live; good(d)])
unknown := count([1 | some d in live; not good(d); doubtful(d)])
result := {"C7": [pass, (count(live) - pass) - unknown, unknown]}
