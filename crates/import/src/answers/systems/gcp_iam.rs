//! Who may do what in Google Cloud: policies as `getIamPolicy` and `searchAllIamPolicies` answer, and assets with theirs as Cloud Asset
//! Inventory exports them (<https://cloud.google.com/asset-inventory/docs/reference/rest>). The service writes `camelCase`, and tools that
//! make such files before anything exists write `snake_case`.

use crate::answers::table::{Answer, Copied, Part, Reading, System};

const ASSET: &str = "gcp_asset";
const NAME: &[&str] = &["name"];

/// The policy of an asset stands in it.
const FLAT: &[&[&str]] = &[&["policy"], &["iamPolicy"], &["iam_policy"]];

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "gcp-iam",
    about: "IAM policies of Google Cloud: `getIamPolicy`, `searchAllIamPolicies`, assets of Cloud Asset Inventory",
    answers: &[
        Answer::list(&["results"], ASSET, &["policy", "assetType"], &["resource"]).flat(FLAT),
        Answer::single(ASSET, &["name", "assetType", "ancestors"], NAME).flat(FLAT),
        Answer::single(ASSET, &["name", "assetType", "iamPolicy"], NAME).flat(FLAT),
        Answer::single(ASSET, &["name", "asset_type", "ancestry_path"], NAME).flat(FLAT),
        Answer::single(ASSET, &["name", "asset_type", "iam_policy"], NAME).flat(FLAT),
        Answer::list(&["assets"], ASSET, &["assetType"], NAME).flat(FLAT),
        // It does not say whose policy it is: the name of the file does.
        Answer::single(ASSET, &["bindings", "etag"], &[]).named("name"),
    ],
    documents: &[],
    copies: &[
        // Of a result of a search that is its name; of an asset it is what the service says of it.
        Copied { of: "resource", to: "name", part: Part::Text },
        Copied { of: "members", to: "holders", part: Part::Members },
    ],
    reading: Reading::Tables,
};
