//! The catalogue of model APIs: facts that come with the program, and are read where use is observed.

use crate::document::Document;
use tickmark_facts::Needs;
use tickmark_source::{FileBytes, Sources};

/// What the catalogue is called among the sources.
pub(crate) const CATALOGUE: &str = "tickmark:sources/model-apis.yaml";

/// The noun of its records.
const MODEL_API: &str = "model_api";

/// Its text: native facts, as `controls/sources/model-apis.yaml` has them.
const TEXT: &[u8] = include_bytes!("../../../../controls/sources/model-apis.yaml");

/// The catalogue, taken in among the sources.
pub(crate) fn catalogue(sources: &mut Sources) -> Document {
    let bytes = FileBytes::from(TEXT.to_vec());
    let known = sources.iter().find(|(_, file)| file.path == CATALOGUE).map(|(file, _)| file);
    let file = known.unwrap_or_else(|| sources.add(CATALOGUE, bytes.clone()));
    Document { file, path: CATALOGUE.to_owned(), raw: Some(bytes.clone()), bytes }
}

/// Whether anybody looks at it.
pub(crate) fn is_wanted(needs: &Needs) -> bool {
    needs.find(MODEL_API).is_some_and(|noun| needs.noun(noun).wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ReadError;
    use crate::observed::tests::document;
    use crate::tree::Node;
    use crate::yaml::YamlReader;

    fn apis() -> Result<Vec<Node>, ReadError> {
        let document = document("model-apis.yaml", std::str::from_utf8(TEXT).unwrap());
        let mut reader = YamlReader::new(document.text(), document.file);
        reader.next_document()?;
        let root = Node::read(&mut reader)?;
        Ok(root.get(MODEL_API).unwrap().items().to_vec())
    }

    fn texts(api: &Node, key: &str) -> Vec<String> {
        api.get(key).map(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect()
    }

    /// A `*` may not reach over the border of a name that its vendor owns.
    #[test]
    fn marks_are_those_of_their_vendors() {
        let apis = apis().unwrap();
        assert!(apis.len() > 20);
        for api in &apis {
            for key in ["id", "name", "vendor", "said_by"] {
                assert!(api.text_of(key).is_some(), "{key} of {api:?}");
            }
            let hosts = texts(api, "hosts");
            assert!(!hosts.is_empty());
            for host in hosts {
                let fixed = host.rsplit('*').next().unwrap();
                // Behind the last `*` stand a border and the domain of the vendor.
                let bounded = fixed.starts_with(['.', '-']) && fixed.matches('.').count() >= 2;
                let whole = !host.contains('*') && host.contains('.');
                assert!((whole || bounded) && host == host.to_lowercase(), "{host}");
            }
            for package in texts(api, "packages") {
                assert!(
                    ["npm", "pypi", "cargo", "golang", "gem", "composer"].contains(&package.split(':').next().unwrap()),
                    "{package}"
                );
            }
            for word in texts(api, "secrets").iter().chain(&texts(api, "invoices")) {
                assert_eq!(*word, word.to_lowercase());
            }
        }
    }
}
