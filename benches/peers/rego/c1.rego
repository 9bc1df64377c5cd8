package c1

databases := [rc.change.after |
	some rc in input.plan.resource_changes
	rc.type == "aws_db_instance"
	rc.change.after != null
]

bad(d) if d.storage_encrypted == false
bad(d) if {
	is_number(d.backup_retention_period)
	d.backup_retention_period < 7
}
bad(d) if d.publicly_accessible == true

doubtful(d) if not is_boolean(d.storage_encrypted)
doubtful(d) if not is_number(d.backup_retention_period)
doubtful(d) if not is_boolean(d.publicly_accessible)

fail := count([1 | some d in databases; bad(d)])
unknown := count([1 | some d in databases; doubtful(d); not bad(d)])
result := {"C1": [(count(databases) - fail) - unknown, fail, unknown]}
