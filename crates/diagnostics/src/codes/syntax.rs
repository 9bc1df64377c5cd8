//! Codes of this stage.

use crate::registry::codes;

codes! {
    UNEXPECTED "E0101" "something does not fit here";
    UNCLOSED "E0102" "a quote or bracket is not closed";
    FOREIGN "E0103" "a word or sign of another language";
    TWO_WAYS "E0104" "a sentence reads two ways";
    BAD_LITERAL "E0105" "a literal that cannot be";
    MISPLACED "E0106" "a clause that may not stand here";
    SAYS_NOTHING "E0107" "`every` says nothing of its subjects";
    LIMIT "E0108" "larger or deeper than Tickmark reads";
    BAD_CHARACTER "E0109" "a character that means nothing";
    UNKNOWN_WORD "E0110" "an unknown word of the language";
}
