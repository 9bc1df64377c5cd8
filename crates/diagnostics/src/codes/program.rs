//! Codes of this stage.

use crate::registry::codes;

codes! {
}
