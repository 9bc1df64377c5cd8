"""The eight controls in SQL, run by DuckDB over the exports: `duckdb_peer.py FOLDER CONTROL|all`. `C8:N` takes N variations.

Needs the PyPI package `duckdb`. Threads: the variable JOBS, else 2.
"""

import json
import os
import re
import sys

import duckdb

HERE = os.path.dirname(os.path.abspath(__file__))

# What each control asks of each file, in the words of `from_json`.
APPROVALS = {"approvals": [{"approver": "VARCHAR", "decision": "VARCHAR", "at": "TIMESTAMP"}]}
STATEMENTS = {"statements": [{"effect": "VARCHAR", "actions": ["VARCHAR"], "resources": ["VARCHAR"]}]}
ATTRIBUTES = {
    "C1": {"storage_encrypted": "BOOLEAN", "backup_retention_period": "DOUBLE", "publicly_accessible": "BOOLEAN"},
    "C3": {"bucket": "VARCHAR", "force_destroy": "BOOLEAN"},
    "C8": {"from_port": "BIGINT", "to_port": "BIGINT", "cidr_blocks": ["VARCHAR"], "security_group_id": "VARCHAR"},
}
MODEL = {
    "C2": {"stage": "VARCHAR", **APPROVALS, "tests": [{"kind": "VARCHAR", "passed": "BOOLEAN"}]},
    "C5": APPROVALS,
    "C6": {"stage": "VARCHAR", "training_datasets": ["VARCHAR"]},
    "C7": {"name": "VARCHAR", "version": "VARCHAR", **APPROVALS},
}
DATASET = {
    "C3": {"classification": "VARCHAR", "bucket": "VARCHAR"},
    "C6": {"id": "VARCHAR", "licence": "VARCHAR", "derived_from": ["VARCHAR"]},
}
DEPLOYMENT = {"C7": {"model": "VARCHAR", "environment": "VARCHAR", "deployed_at": "TIMESTAMP"}}
IAM = {
    "C4": {
        "role": [{"arn": "VARCHAR", "inline_policies": [STATEMENTS], "attached_policies": ["VARCHAR"]}],
        "managed_policy": [{"arn": "VARCHAR", **STATEMENTS}],
    },
    "C5": {"user": [{"email": "VARCHAR"}]},
}

ADMIN = "len(list_filter({}, lambda s: s.effect = 'Allow' AND list_contains(s.actions, '*') AND list_contains(s.resources, '*'))) > 0"

QUERIES = {
    "C1": """
        WITH judged AS (
            SELECT a.storage_encrypted AND a.backup_retention_period >= 7 AND NOT a.publicly_accessible AS holds
            FROM resource WHERE type = 'aws_db_instance')
        SELECT {counts} FROM judged""",
    "C2": """
        WITH judged AS (
            SELECT len(list_filter(approvals, lambda a: a.decision = 'approved')) > 0 AND CASE
                WHEN len(list_filter(tests, lambda t: t.kind = 'memorization' AND t.passed)) > 0 THEN true
                WHEN len(list_filter(tests, lambda t: t.kind = 'memorization' AND t.passed IS NULL)) > 0 THEN NULL
                ELSE false END AS holds
            FROM model WHERE stage = 'production')
        SELECT {counts} FROM judged""",
    "C3": """
        WITH safe AS (SELECT DISTINCT a.bucket FROM resource WHERE type = 'aws_s3_bucket' AND NOT a.force_destroy),
        judged AS (
            SELECT CASE WHEN d.bucket IS NULL THEN NULL ELSE safe.bucket IS NOT NULL END AS holds
            FROM dataset d LEFT JOIN safe ON safe.bucket = d.bucket
            WHERE d.classification IN ('confidential', 'restricted'))
        SELECT {counts} FROM judged""",
    "C4": """
        WITH policy AS (SELECT p.arn, {admin_of_policy} AS admin FROM (SELECT unnest(managed_policy) AS p FROM iam)),
        of_role AS (
            SELECT r.arn, {admin_of_role} AS inline_admin, unnest(r.attached_policies) AS policy
            FROM (SELECT unnest(role) AS r FROM iam)),
        judged AS (
            SELECT CASE WHEN bool_or(inline_admin) OR coalesce(bool_or(policy.admin), false) THEN false
                WHEN bool_or(policy.arn IS NULL) THEN NULL ELSE true END AS holds
            FROM of_role LEFT JOIN policy ON policy.arn = of_role.policy GROUP BY of_role.arn)
        SELECT {counts} FROM judged""",
    "C5": """
        WITH given AS (
            SELECT a.approver, count(*) AS n FROM (SELECT unnest(approvals) AS a FROM model)
            WHERE a.decision = 'approved' GROUP BY a.approver),
        judged AS (
            SELECT coalesce(n, 0) <= 30 AS holds
            FROM (SELECT unnest("user") AS u FROM iam) LEFT JOIN given ON given.approver = u.email)
        SELECT {counts} FROM judged""",
    "C6": """
        WITH RECURSIVE edge AS (SELECT id, unnest(derived_from) AS ancestor FROM dataset),
        unlicensed(id) AS (
            SELECT id FROM dataset WHERE licence IS NULL
            UNION SELECT edge.id FROM edge JOIN unlicensed ON edge.ancestor = unlicensed.id),
        lost(id) AS (
            SELECT edge.ancestor FROM edge ANTI JOIN dataset ON dataset.id = edge.ancestor
            UNION SELECT edge.id FROM edge JOIN lost ON edge.ancestor = lost.id),
        trained AS (
            SELECT row_number() OVER () AS model, training_datasets FROM model WHERE stage = 'production'),
        judged AS (
            SELECT CASE WHEN bool_or(unlicensed.id IS NOT NULL) THEN false
                WHEN bool_or(lost.id IS NOT NULL) THEN NULL ELSE true END AS holds
            FROM (SELECT model, unnest(training_datasets) AS id FROM trained) used
            LEFT JOIN unlicensed ON unlicensed.id = used.id LEFT JOIN lost ON lost.id = used.id GROUP BY model)
        SELECT {counts} FROM judged""",
    "C7": """
        WITH released AS (SELECT name || '@' || version AS key, approvals FROM model),
        judged AS (
            SELECT CASE WHEN key IS NULL THEN NULL
                WHEN len(list_filter(approvals, lambda a: a.decision = 'approved' AND a."at" < deployed_at
                    AND a."at" >= deployed_at - INTERVAL 90 DAY)) > 0 THEN true
                WHEN len(list_filter(approvals, lambda a: a.decision = 'approved'
                    AND (a."at" IS NULL OR deployed_at IS NULL))) > 0 THEN NULL
                ELSE false END AS holds
            FROM deployment LEFT JOIN released ON released.key = deployment.model WHERE environment = 'production')
        SELECT {counts} FROM judged""",
}
COUNTS = "count(*) FILTER (holds), count(*) FILTER (NOT holds), count(*) FILTER (holds IS NULL)"


def read(folder, name, structure):
    """A file as one row of one struct. (`read_json` takes ten times as long over a file that is one object.)"""
    path = os.path.join(folder, f"{name}.json")
    return f"SELECT from_json(content, '{json.dumps(structure)}') AS file FROM read_text('{path}')"


def load(database, folder, controls):
    def wanted(of):
        structure = {}
        for control in controls:
            structure.update(of.get(control, {}))
        return structure

    if attributes := wanted(ATTRIBUTES):
        changes = {"resource_changes": [{"type": "VARCHAR", "change": {"after": attributes}}]}
        database.execute(
            f"CREATE TEMP TABLE resource AS SELECT rc.type AS type, rc.change.after AS a "
            f"FROM (SELECT unnest(file.resource_changes) AS rc FROM ({read(folder, 'plan', changes)})) "
            f"WHERE rc.change.after IS NOT NULL"
        )
    for name, noun, of in [("models", "model", MODEL), ("datasets", "dataset", DATASET), ("deployments", "deployment", DEPLOYMENT)]:
        if columns := wanted(of):
            listed = read(folder, name, {noun: [columns]})
            database.execute(f"CREATE TEMP TABLE {noun} AS SELECT unnest(file.{noun}, max_depth := 2) FROM ({listed})")
    if lists := wanted(IAM):
        database.execute(f"CREATE TEMP TABLE iam AS SELECT unnest(file) FROM ({read(folder, 'iam', lists)})")


def variations(taken):
    """The ports and groups of the control file, each with the id of its control."""
    with open(os.path.join(HERE, "..", "controls", "c8.tick"), encoding="utf-8") as file:
        text = file.read()
    found = re.findall(r'control (C8-\d+).*?where (?:.*?from_port <= (\d+)|security_group_id == "([^"]*)")', text, re.S)
    return found[:taken]


def judge_variations(database, taken):
    """Joins the rules with a table of what they must not be: 500 expressions would cost more in planning than in running."""
    listed = variations(taken)
    database.execute("CREATE TEMP TABLE port (id VARCHAR, port BIGINT)")
    database.execute("CREATE TEMP TABLE retired (id VARCHAR, name VARCHAR)")
    for table, place in (("port", 1), ("retired", 2)):
        rows = ", ".join(f"('{row[0]}', '{row[place]}')" for row in listed if row[place])
        if rows:
            database.execute(f"INSERT INTO {table} VALUES {rows}")
    database.execute("CREATE TEMP TABLE rule AS SELECT a.* FROM resource WHERE type = 'aws_security_group_rule'")
    total, nameless = database.execute("SELECT count(*), count(*) FILTER (security_group_id IS NULL) FROM rule").fetchone()
    failed = dict(
        database.execute("""
            WITH open AS (SELECT from_port, to_port FROM rule WHERE list_contains(cidr_blocks, '0.0.0.0/0'))
            SELECT id, count(*) FROM open JOIN port ON from_port <= port AND to_port >= port GROUP BY id
            UNION ALL
            SELECT id, count(*) FROM rule JOIN retired ON security_group_id = retired.name GROUP BY id
        """).fetchall()
    )
    for name, port, _ in listed:
        fail, unknown = failed.get(name, 0), 0 if port else nameless
        print(name, total - fail - unknown, fail, unknown)


def main():
    folder, what = sys.argv[1], (sys.argv[2] if len(sys.argv) > 2 else "all")
    what, _, taken = what.partition(":")
    controls = [f"C{place}" for place in range(1, 9)] if what == "all" else [what]
    database = duckdb.connect(config={"threads": int(os.environ.get("JOBS", "2"))})
    load(database, folder, controls)
    for control in controls:
        if control == "C8":
            judge_variations(database, int(taken or 500))
            continue
        query = QUERIES[control].format(
            counts=COUNTS,
            admin_of_policy=ADMIN.format("p.statements"),
            admin_of_role=ADMIN.format("flatten(list_transform(r.inline_policies, lambda p: p.statements))"),
        )
        print(control, *database.execute(query).fetchone())


main()
