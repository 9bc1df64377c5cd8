//! Needs in which nouns share what is nested in them. A program makes a noun of its own for each `any` that it looks into; the
//! store must do as well where one noun is nested in several, and in itself.

use std::sync::Arc;

use tickmark_facts::{AttributeId, AttributeNeed, AttributeType, Needs, NounId, NounNeed};

use crate::random::Random;

/// The needs of a program, but everything is wanted, and most attributes of the type `any` hold records of one of two nouns.
#[must_use]
pub(crate) fn shared_needs(needs: &Needs, choice: u64) -> Arc<Needs> {
    let mut random = Random::from_seed(choice);
    let mut needs = needs.clone();
    let number = |nouns: usize| NounId(u32::try_from(nouns).unwrap_or(u32::MAX));
    let (one, two) = (number(needs.len()), number(needs.len() + 1));
    let nouns: Vec<NounId> = needs.iter().map(|(noun, _)| noun).collect();
    let mut holder = None;
    for noun in nouns {
        let Some(need) = needs.noun_mut(noun) else { continue };
        (need.wanted, need.all) = (true, need.open);
        for attribute in &mut need.attributes {
            attribute.wanted = true;
            let Some(nested) = nested_in(&mut attribute.ty) else { continue };
            let held = [Some(one), Some(two), *nested].get(random.weighted(&[45, 40, 15])).copied().flatten();
            if held != *nested {
                *nested = held;
                holder.get_or_insert(noun);
            }
        }
    }
    let any = |nested| AttributeType::Any { nested };
    let list = AttributeType::List(Box::new(any(Some(two))));
    // What random facts write into an `any` has these names.
    let open = vec![plain("a", any(Some(two))), plain("b", any(Some(one)))];
    let closed = vec![plain("a", AttributeType::Text), plain("b", any(Some(one))), plain("any1", list)];
    let key = if random.chance(30) { vec![AttributeId(0)] } else { Vec::new() };
    let noun = NounNeed { wanted: true, nested_in: holder, ..NounNeed::default() };
    let names = |name: &str, word: &str| (name.into(), word.into());
    let (name, word) = names("shared.one", "one");
    needs.add(NounNeed { name, word, open: true, all: true, attributes: open, ..noun.clone() });
    let (name, word) = names("shared.two", "two");
    needs.add(NounNeed { name, word, attributes: closed, key, ..noun });
    Arc::new(needs)
}

/// The noun that an `any`, or a list of them, holds.
fn nested_in(ty: &mut AttributeType) -> Option<&mut Option<NounId>> {
    match ty {
        AttributeType::Any { nested } => Some(nested),
        AttributeType::List(item) => nested_in(item),
        _ => None,
    }
}

fn plain(name: &str, ty: AttributeType) -> AttributeNeed {
    AttributeNeed { name: name.into(), aliases: Vec::new(), ty, wanted: true, optional: false }
}
