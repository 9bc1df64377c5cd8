package c3

safe := {rc.change.after.bucket |
	some rc in input.plan.resource_changes
	rc.type == "aws_s3_bucket"
	rc.change.after != null
	rc.change.after.force_destroy == false
}

homes := [object.get(d, "bucket", null) |
	some d in input.datasets.dataset
	d.classification in {"confidential", "restricted"}
]

pass := count([1 | some home in homes; safe[home]])
unknown := count([1 | some home in homes; home == null])
result := {"C3": [pass, (count(homes) - pass) - unknown, unknown]}
