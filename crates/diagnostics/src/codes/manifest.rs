//! Codes of this stage.

use crate::registry::codes;

codes! {
    BROKEN "E0701" "a manifest that cannot be read";
    UNKNOWN_KEY "E0702" "a key that the manifest does not have";
    BAD_VALUE "E0703" "a value that the manifest cannot use";
    ABSENT "E0704" "a required source that is not there";
    STALE "E0705" "a source that is too old";
    INCOMPLETE "E0706" "a required source that is not whole";
    NOT_AS_COLLECTED "E0707" "a file that is not as it was collected";
    BAD_MAPPING "E0708" "a column or attribute that is not there";
    BROKEN_COLLECTION "E0709" "a collection manifest that cannot be read";
    OUTSIDE "E0710" "a link out of the folder of the manifest";
    NOT_THERE "W0701" "a source that is not there and not required";
}
