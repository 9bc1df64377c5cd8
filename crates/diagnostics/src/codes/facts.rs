//! Codes of this stage.

use crate::registry::codes;

codes! {
    SOURCE_NOT_READ "E0501" "a source that is not there or cannot be read";
    UNKNOWN_KIND "E0502" "a file that is no export Tickmark reads";
    BROKEN_JSON "E0503" "broken JSON";
    BROKEN_YAML "E0504" "broken YAML";
    BROKEN_CSV "E0505" "broken CSV";
    LIMIT_EXCEEDED "E0506" "an export beyond a limit";
    NOT_UTF8 "E0507" "an export that is no text";
    NOT_NATIVE "E0508" "native facts of another shape";
    DUPLICATE_KEY "E0509" "a key that stands twice";
    UNREADABLE_TERRAFORM "E0510" "a Terraform export that cannot be read";
    BROKEN_HCL "E0520" "a broken Terraform configuration";
    FILE_SKIPPED "W0551" "a file that was not read";
    UNDECLARED_ATTRIBUTE "W0552" "an attribute that the entity does not declare";
    DOES_NOT_FIT "W0553" "a value that does not fit its type";
    CONTRADICTORY "W0554" "two values for one attribute";
    KEY_TWICE "W0555" "a key that stands twice in a record";
    INCOMPLETE_KEY "W0556" "a record without its whole key";
    UNKNOWN_REFERENCE "W0557" "a reference that cannot be resolved";
    INCOMPLETE_SOURCE "W0558" "an export that is not all there is";
    UNKNOWN_NOUN "W0560" "a noun that no control knows";
    NOUN_TWICE "W0561" "a noun that stands twice in a file";
    MODULE_NOT_HERE "W0571" "a Terraform module that is not here";
    NO_VALUE "W0572" "a Terraform variable without a value";
    NOT_EVALUATED "W0573" "a Terraform expression that cannot be evaluated";
    DECLARED_TWICE "W0574" "something that a Terraform module declares twice";
}
