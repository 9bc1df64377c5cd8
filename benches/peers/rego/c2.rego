package c2

live := [m | some m in input.models.model; m.stage == "production"]

approved(m) if {
	some a in m.approvals
	a.decision == "approved"
}

tested(m) if {
	some t in m.tests
	t.kind == "memorization"
	t.passed == true
}

undecided(m) if {
	some t in m.tests
	t.kind == "memorization"
	t.passed == null
}

pass := count([1 | some m in live; approved(m); tested(m)])
unknown := count([1 | some m in live; approved(m); not tested(m); undecided(m)])
result := {"C2": [pass, (count(live) - pass) - unknown, unknown]}
