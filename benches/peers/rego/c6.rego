package c6

lineage := {d.id: d.derived_from | some d in input.datasets.dataset}
unlicensed := {d.id | some d in input.datasets.dataset; not d.licence}
lost := {d.id | some d in input.datasets.dataset; some x in d.derived_from; not lineage[x]}

reached := [graph.reachable(lineage, m.training_datasets) |
	some m in input.models.model
	m.stage == "production"
]

bad(r) if count(r & unlicensed) > 0

fail := count([1 | some r in reached; bad(r)])
unknown := count([1 | some r in reached; count(r & lost) > 0; not bad(r)])
result := {"C6": [(count(reached) - fail) - unknown, fail, unknown]}
