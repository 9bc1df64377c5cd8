//! The inventory of data sets: families of thirty, each generation made from the one before.

use crate::calendar::{BEGINNING, DAY, rfc3339};
use crate::expected::{Expected, Verdict};
use crate::json::Json;
use crate::plan::{bucket_name, keeps_data};
use crate::random::{Random, Stream};
use crate::scale::Scale;

/// Generations of a family.
const DEPTH: usize = 10;
/// Data sets of one generation.
const WIDTH: usize = 3;
/// Data sets of a family.
pub(crate) const FAMILY: usize = DEPTH * WIDTH;
/// Public bodies of data that everything goes back to.
const ORIGINS: u32 = 40;

const LICENCES: [&str; 6] = ["CC-BY-4.0", "CC0-1.0", "ODbL-1.0", "MIT", "Acme-Internal-2", "Vendor-Agreement-17"];
const CLASSES: [&str; 8] =
    ["public", "internal", "internal", "internal", "confidential", "confidential", "confidential", "restricted"];
const FORMATS: [&str; 4] = ["parquet", "jsonl", "avro", "tfrecord"];
const COLUMNS: [&str; 9] =
    ["event_id", "customer_ref", "amount_minor", "currency", "country", "session_ms", "label", "text", "ingested_at"];
const STEPS: [&str; 6] = ["deduplicated", "tokenised", "joined with labels", "filtered", "anonymised", "sampled"];

/// What the controls look at in one data set of a family.
#[derive(Clone, Copy, Default)]
struct Member {
    licence: Option<&'static str>,
    /// Bits of the members of the family that it was made from.
    made_from: u32,
    /// It was also made from a data set that the inventory lacks.
    from_lost: bool,
    /// Of each other member, whether it is this one or was used on the way to it.
    reach: u32,
}

/// Data sets that stem from one another.
pub(crate) struct Family {
    number: u32,
    members: [Member; FAMILY],
}

impl Family {
    pub(crate) fn of(seed: u64, number: u32) -> Self {
        let mut random = Random::of(seed, Stream::Family, number);
        let mut members = [Member::default(); FAMILY];
        for (place, member) in members.iter_mut().enumerate() {
            member.licence = Some(random.pick(&LICENCES));
            if let Some(first) = (place / WIDTH * WIDTH).checked_sub(WIDTH) {
                member.made_from |= 1 << (first as u32 + random.below(WIDTH as u32));
                if random.permille(400) {
                    member.made_from |= 1 << (first as u32 + random.below(WIDTH as u32));
                }
            }
        }
        let anyone = |random: &mut Random| random.below(FAMILY as u32) as usize;
        if random.permille(55)
            && let Some(member) = members.get_mut(anyone(&mut random))
        {
            member.licence = None;
        }
        if random.permille(20)
            && let Some(member) = members.get_mut(anyone(&mut random))
        {
            member.from_lost = true;
        }
        // A circle, as inventories kept by hand have them: the first was made from the last.
        if random.permille(30)
            && let Some(member) = members.first_mut()
        {
            member.made_from |= 1 << (FAMILY - 1);
        }
        close(&mut members);
        Self { number, members }
    }

    /// The id of a member.
    pub(crate) fn id(&self, place: usize) -> String {
        format!("ds-{:05}-g{}-{}", self.number, place / WIDTH, place % WIDTH)
    }

    /// Whether a member and all that it goes back to have a licence; none where a part of the way is lost.
    pub(crate) fn is_licensed(&self, place: usize) -> Option<bool> {
        let reach = self.members.get(place).map_or(0, |member| member.reach);
        let reached = || self.members.iter().enumerate().filter(|(other, _)| reach >> other & 1 == 1);
        if reached().any(|(_, member)| member.licence.is_none()) {
            return Some(false);
        }
        if reached().any(|(_, member)| member.from_lost) { None } else { Some(true) }
    }
}

/// Works out who goes back to whom.
fn close(members: &mut [Member; FAMILY]) {
    for (place, member) in members.iter_mut().enumerate() {
        member.reach = member.made_from | 1 << place;
    }
    loop {
        let before = members.map(|member| member.reach);
        for member in members.iter_mut() {
            for (other, reach) in before.iter().enumerate() {
                if member.reach >> other & 1 == 1 {
                    member.reach |= reach;
                }
            }
        }
        if before == members.map(|member| member.reach) {
            return;
        }
    }
}

fn origin_id(number: u32) -> String {
    format!("origin-{number:02}")
}

pub(crate) fn write(json: &mut Json, scale: &Scale, seed: u64, expected: &mut Expected) {
    json.object(|json| {
        json.key("_source").object(|json| {
            json.key("collected_at").text("2026-06-29T22:00:00Z");
            json.key("complete").bool(true);
        });
        json.key("dataset").list(|json| {
            for number in 0..ORIGINS {
                write_origin(json, number);
            }
            for number in 0..scale.families {
                let family = Family::of(seed, number);
                let mut random = Random::of(seed, Stream::Family, u32::MAX - number);
                for (place, member) in family.members.iter().enumerate() {
                    write_member(json, &family, place, member, scale, &mut random, (seed, &mut *expected));
                }
            }
        });
    });
}

fn write_origin(json: &mut Json, number: u32) {
    json.object(|json| {
        json.key("id").text(&origin_id(number));
        json.key("name").text(&format!("Public corpus {number}"));
        json.key("licence").text("CC-BY-4.0");
        json.key("classification").text("public");
        json.key("bucket").null();
        json.key("derived_from").list(|_| {});
    });
}

fn write_member(
    json: &mut Json,
    family: &Family,
    place: usize,
    member: &Member,
    scale: &Scale,
    random: &mut Random,
    (seed, expected): (u64, &mut Expected),
) {
    let classification = random.pick(&CLASSES);
    let home = home_of(random, scale, seed);
    if classification == "confidential" || classification == "restricted" {
        expected.judge(3, Verdict::all([home.safe]));
    }
    let generation = place / WIDTH;
    let made = BEGINNING + i64::from(random.below(300)) * DAY + i64::from(random.below(86_400));
    json.object(|json| {
        json.key("id").text(&family.id(place));
        json.key("name").text(&format!("Family {} generation {generation} part {}", family.number, place % WIDTH));
        json.key("description").text(&format!(
            "Generation {generation}: {} and {} from what stands in \"derived_from\"; see the run's log for counts.",
            random.pick(&STEPS),
            random.pick(&STEPS)
        ));
        if let Some(licence) = member.licence {
            json.key("licence").text(licence);
        }
        json.key("classification").text(classification);
        json.key("owner").text(&format!("data-{:02}@acme.example", random.below(40)));
        json.key("bucket").optional(home.bucket.as_deref());
        json.key("prefix").text(&format!("families/{}/g{generation}/{}/", family.number, random.hex(8)));
        json.key("format").text(random.pick(&FORMATS));
        json.key("digest").text(&format!("sha256:{}", random.hex(64)));
        json.key("bytes").number(random.next() as i64 & 0xff_ffff_ffff);
        json.key("rows").number(random.below(400_000_000));
        json.key("created_at").text(&rfc3339(made));
        json.key("columns").list(|json| {
            for column in COLUMNS.iter().take(random.between(4, 9) as usize) {
                json.text(column);
            }
        });
        json.key("contains_personal").bool(random.permille(300));
        json.key("derived_from").list(|json| write_ancestors(json, family, place, member, random));
        json.key("tags").object(|json| {
            json.key("cost_centre").text(&format!("CC-{}", random.between(100, 999)));
            json.key("pipeline").text(&format!("pl-{}", random.hex(6)));
        });
    });
}

fn write_ancestors(json: &mut Json, family: &Family, place: usize, member: &Member, random: &mut Random) {
    for other in (0..FAMILY).filter(|other| member.made_from >> other & 1 == 1) {
        json.text(&family.id(other));
    }
    if place < WIDTH {
        json.text(&origin_id(random.below(ORIGINS)));
    }
    if member.from_lost {
        json.text(&format!("ds-lost-{:05}", family.number));
    }
}

/// Where a data set is kept, and whether that bucket survives the plan and cannot be emptied with a flag.
struct Home {
    bucket: Option<String>,
    safe: Option<bool>,
}

fn home_of(random: &mut Random, scale: &Scale, seed: u64) -> Home {
    if random.permille(5) {
        return Home { bucket: None, safe: None };
    }
    if random.permille(15) {
        let bucket = format!("acme-legacy-{}", random.below(500));
        return Home { bucket: Some(bucket), safe: Some(false) };
    }
    let application = random.below(scale.applications);
    let which = random.below(2) as usize;
    Home { bucket: Some(bucket_name(application, which)), safe: Some(keeps_data(seed, application, which)) }
}
