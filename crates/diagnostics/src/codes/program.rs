//! Codes of this stage.

use crate::registry::codes;

codes! {
    UNKNOWN_NOUN "E0201" "a noun that nothing declares or supplies";
    UNKNOWN_NAME "E0202" "a name that means nothing here";
    UNKNOWN_ATTRIBUTE "E0203" "an attribute that its noun does not have";
    UNKNOWN_ADJECTIVE "E0204" "an adjective that its noun does not have";
    AMBIGUOUS_RELATION "E0205" "several relations lead to the noun";
    NO_RELATION "E0206" "nothing leads from the subject to the noun";
    UNKNOWN_PARAM "E0207" "a parameter that nothing declares";
    UNKNOWN_FUNCTION "E0208" "a function that the language does not have";
    UNKNOWN_CONTROL "E0209" "a control that no file declares";
    UNKNOWN_CAPABILITY "E0210" "a capability that nothing declares";
    AMBIGUOUS_NAME "E0211" "a name that could belong to two subjects";
    AMBIGUOUS_ADJECTIVE "E0212" "an adjective that two attributes could mean";
    OTHER_RELATION "E0213" "a nested noun that a subject reaches under another name";
    UNUSED_BINDER "E0214" "a word that is neither adjective nor used binder";
    TYPES_DIFFER "E0301" "types that cannot be compared";
    NEVER_VALUE "E0302" "a value that the attribute can never have";
    NOT_A_CONDITION "E0303" "a value where a condition is wanted";
    LIST_AND_VALUE "E0304" "a list compared with a single value";
    NO_ORDER "E0305" "values that have no order";
    BAD_ARITHMETIC "E0306" "arithmetic on types that do not go together";
    HAS_ON_BOOL "E0307" "`has` on a bool";
    BAD_ARGUMENTS "E0308" "a function called with the wrong arguments";
    BAD_PATTERN "E0309" "a pattern that cannot be used";
    NOT_SEVERAL "E0310" "one value where several are wanted";
    NO_EVENT "E0311" "a timing filter on something that has no event time";
    WRONG_TYPE "E0312" "a value of another type than is wanted here";
    NOT_ONE "E0313" "several values where one is wanted";
    BAD_INDEX "E0314" "an index on something that has no keys";
    BAD_NETWORK "E0315" "a network that is not written as one";
    EVENT_ITSELF "E0316" "an event compared with its own time";
    DEFINED_TWICE "E0401" "a name that is defined twice";
    BAD_KEY "E0402" "a key that is no attribute of its entity";
    RESERVED_NOUN "E0403" "a noun that is about the checking itself";
    NO_SENTENCE "E0404" "a control that says nothing";
    NO_CITATION "E0405" "a control that cites nothing";
    UNKNOWN_CRITERION "E0406" "a criterion that the catalogue lacks";
    BAD_FIELD "E0407" "a field that is given twice or has no such value";
    EXCEPTION_INCOMPLETE "E0408" "an exception that does not say who, why or until when";
    EXCEPTION_SELF_APPROVED "E0409" "an exception approved by its owner";
    MAP_CIRCLE "E0410" "maps that read each other in a circle";
    RECURSION "E0411" "a definition that uses itself";
    BAD_MAP "E0412" "a map that cannot make its records";
    BAD_TEST "E0413" "a test that cannot be run";
    MISPLACED_CADENCE "E0415" "a cadence where it has no meaning";
    SHADOWED "W0201" "a name that hides another";
    WITH_ITSELF "W0202" "a value compared with itself";
}
