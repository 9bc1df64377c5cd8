"""Writes a plan with `planned_values`, which Checkov reads and which the generated plans leave out: `planned.py PLAN OUT`."""

import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        plan = json.load(file)
    modules = {}
    for change in plan["resource_changes"]:
        values = change["change"]["after"]
        if values is None:
            continue
        module = modules.setdefault(change["module_address"], {"address": change["module_address"], "resources": []})
        kept = {key: change[key] for key in ("address", "mode", "type", "name", "provider_name")}
        module["resources"].append({**kept, "schema_version": 0, "values": values, "sensitive_values": {}})
    plan["planned_values"] = {"root_module": {"child_modules": list(modules.values())}}
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(plan, file)


main()
