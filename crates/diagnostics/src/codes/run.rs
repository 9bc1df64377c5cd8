//! Codes of this stage.

use crate::registry::codes;

codes! {
    CANNOT_READ "E0601" "a file of controls that cannot be read";
    UNKNOWN_PACK "E0602" "a pack that the binary does not hold";
    NOTHING_TO_RUN "E0603" "no control to evaluate, or no test to run";
    BAD_SETTING "E0604" "a setting that is not written as `name=value`";
    LIMIT "E0605" "a control that is too much work";
    UNKNOWN_SUBJECT "E0606" "a subject that the control does not have";
    UNCARRIED_ATTRIBUTE "W0601" "an attribute that no record carries";
    ODD_FACT "W0602" "something odd that was met while evaluating";
    NO_FACTS "W0603" "a run without facts";
    COSTLY_JOIN "W0604" "a join that tries each record with each";
}
