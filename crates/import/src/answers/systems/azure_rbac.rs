//! Who may do what in Azure: role assignments and definitions, of the REST service
//! (<https://learn.microsoft.com/rest/api/authorization/>), whose records keep their content under `properties`, and as
//! `az role … list -o json` prints them.

use crate::answers::table::{Answer, Copied, Form, Part, Reading, System};

const ASSIGNMENT: &str = "azure_role_assignment";
const DEFINITION: &str = "azure_role_definition";

const TYPES: &[(&str, &str)] =
    &[("Microsoft.Authorization/roleAssignments", ASSIGNMENT), ("Microsoft.Authorization/roleDefinitions", DEFINITION)];

const PROPERTIES: &[&[&str]] = &[&["properties"]];

const KINDS: &[Form] =
    &[Form { steps: &["BuiltInRole"], shown: "BuiltInRole" }, Form { steps: &["CustomRole"], shown: "CustomRole" }];

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "azure-rbac",
    about: "role assignments and definitions of Azure, of the REST service or as `az role` prints them",
    answers: &[
        Answer::list(&["value"], "", &[], &["id"]).by("type", TYPES).flat(PROPERTIES),
        Answer::single(ASSIGNMENT, &["id", "principalId", "roleDefinitionId", "scope"], &["id"]),
        Answer::single(DEFINITION, &["id", "roleName", "permissions", "assignableScopes"], &["id"]),
    ],
    documents: &[],
    copies: &[
        Copied { of: "role_definition_id", to: "role", part: Part::Whole },
        // A definition has a `type` like everything in Azure, and one of its own among its properties.
        Copied { of: "type", to: "role_type", part: Part::Steps(KINDS) },
    ],
    reading: Reading::Tables,
};
