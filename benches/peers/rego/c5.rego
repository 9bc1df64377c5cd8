package c5

given[a.approver] contains [i, j] if {
	some i, m in input.models.model
	some j, a in m.approvals
	a.decision == "approved"
}

fail := count([1 | some u in input.iam.user; count(given[u.email]) > 30])
result := {"C5": [count(input.iam.user) - fail, fail, 0]}
