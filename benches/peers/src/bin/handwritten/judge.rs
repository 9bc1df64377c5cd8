//! The eight controls, each over what was read for it.

use rustc_hash::{FxHashMap, FxHashSet};
use tickmark_benches::{HALF, port, retired_group};
use tickmark_peers::{Answer, Counts, all};

use crate::facts::{ManagedPolicy, Role, Statement, Test};
use crate::read::Text;

fn count(truths: impl Iterator<Item = Option<bool>>) -> Counts {
    let mut counts = Counts::default();
    truths.for_each(|truth| counts.add(truth));
    counts
}

/// Databases are encrypted, backed up and private.
pub fn c1(databases: impl Iterator<Item = (Option<bool>, Option<f64>, Option<bool>)>) -> Counts {
    count(databases.map(|(encrypted, days, public)| all([encrypted, days.map(|days| days >= 7.0), public.map(|p| !p)])))
}

/// Production models have an approval and a passed test; given whether they are approved, and their tests.
pub fn c2<'a>(models: impl Iterator<Item = (bool, &'a [Test<'a>])>) -> Counts {
    count(models.map(|(approved, tests)| {
        let mut tested = Some(false);
        for test in tests.iter().filter(|test| test.kind.is("memorization")) {
            match test.passed {
                Some(true) => tested = Some(true),
                None if tested == Some(false) => tested = None,
                _ => {}
            }
        }
        all([Some(approved), tested])
    }))
}

/// Confidential data sets are in buckets that cannot be emptied with a flag.
pub fn c3<'a>(
    datasets: impl Iterator<Item = (&'a str, Option<&'a str>)>,
    buckets: impl Iterator<Item = (Option<&'a str>, Option<bool>)>,
) -> Counts {
    let mut safe = FxHashSet::default();
    let mut doubtful = FxHashSet::default();
    let (mut nameless, mut any) = (false, false);
    for (name, force_destroy) in buckets.filter(|(_, force_destroy)| *force_destroy != Some(true)) {
        any = true;
        match (name, force_destroy) {
            (Some(name), Some(_)) => drop(safe.insert(name)),
            (Some(name), None) => drop(doubtful.insert(name)),
            (None, _) => nameless = true,
        }
    }
    let sealed = datasets.filter(|(class, _)| matches!(*class, "confidential" | "restricted"));
    count(sealed.map(|(_, bucket)| match bucket {
        Some(bucket) if safe.contains(bucket) => Some(true),
        Some(bucket) if nameless || doubtful.contains(bucket) => None,
        Some(_) => Some(false),
        None if any => None,
        None => Some(false),
    }))
}

/// No role may do everything.
pub fn c4(roles: &[Role], policies: &[ManagedPolicy]) -> Counts {
    let star = |list: &[Text]| list.iter().any(|item| item.is("*"));
    let admin = |s: &Statement| s.effect.is("Allow") && star(&s.actions) && star(&s.resources);
    let shared: FxHashMap<&str, bool> =
        policies.iter().map(|policy| (&*policy.arn.0, policy.statements.iter().any(admin))).collect();
    count(roles.iter().map(|role| {
        let mut verdict = Some(true);
        for policy in &role.attached_policies {
            match shared.get(&*policy.0) {
                Some(true) => return Some(false),
                Some(false) => {}
                None => verdict = None,
            }
        }
        if role.inline_policies.iter().flat_map(|policy| &policy.statements).any(admin) { Some(false) } else { verdict }
    }))
}

/// Nobody approves more than one can read.
pub fn c5<'a>(approvals: impl Iterator<Item = (&'a str, &'a str)>, users: impl Iterator<Item = &'a str>) -> Counts {
    let mut given: FxHashMap<&str, u32> = FxHashMap::default();
    for (approver, _) in approvals.filter(|(_, decision)| *decision == "approved") {
        *given.entry(approver).or_default() += 1;
    }
    count(users.map(|user| Some(given.get(user).copied().unwrap_or(0) <= 30)))
}

/// All that a production model was made from is licensed; given what each was trained on.
pub fn c6<'a>(
    models: impl Iterator<Item = &'a [Text<'a>]>,
    datasets: impl Iterator<Item = (&'a str, bool, &'a [Text<'a>])>,
) -> Counts {
    let datasets: Vec<_> = datasets.collect();
    let places: FxHashMap<&str, usize> = datasets.iter().enumerate().map(|(place, (id, ..))| (*id, place)).collect();
    // From what is not licensed, and from what is not there, to all that was made from it.
    let mut made_into: Vec<Vec<u32>> = vec![Vec::new(); datasets.len()];
    let (mut unlicensed, mut lost) = (vec![false; datasets.len()], vec![false; datasets.len()]);
    let (mut from_unlicensed, mut from_lost) = (Vec::new(), Vec::new());
    for (place, (_, licensed, derived_from)) in datasets.iter().enumerate() {
        if !licensed {
            unlicensed[place] = true;
            from_unlicensed.push(place as u32);
        }
        for ancestor in *derived_from {
            match places.get(&*ancestor.0) {
                Some(ancestor) => made_into[*ancestor].push(place as u32),
                None if !lost[place] => {
                    lost[place] = true;
                    from_lost.push(place as u32);
                }
                None => {}
            }
        }
    }
    spread(&made_into, &mut unlicensed, from_unlicensed);
    spread(&made_into, &mut lost, from_lost);
    count(models.map(|trained_on| {
        let mut verdict = Some(true);
        for dataset in trained_on {
            match places.get(&*dataset.0) {
                Some(place) if unlicensed[*place] => return Some(false),
                Some(place) if lost[*place] => verdict = None,
                Some(_) => {}
                None => verdict = None,
            }
        }
        verdict
    }))
}

fn spread(edges: &[Vec<u32>], marks: &mut [bool], mut open: Vec<u32>) {
    while let Some(place) = open.pop() {
        for next in &edges[place as usize] {
            if !marks[*next as usize] {
                marks[*next as usize] = true;
                open.push(*next);
            }
        }
    }
}

/// What goes live was approved in the 90 days before; given the times of the approvals of each model.
pub fn c7<'a>(
    models: impl Iterator<Item = (&'a str, &'a str, Vec<Option<i64>>)>,
    deployments: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Counts {
    let approvals: FxHashMap<(&str, &str), Vec<Option<i64>>> =
        models.map(|(name, version, approved)| ((name, version), approved)).collect();
    count(deployments.map(|(model, at)| {
        let approved = approvals.get(&model.rsplit_once('@')?)?;
        let at = at.and_then(seconds);
        let mut verdict = Some(false);
        for given in approved {
            match (given, at) {
                (Some(given), Some(at)) if (at - 90 * 86_400..at).contains(given) => return Some(true),
                (Some(_), Some(_)) => {}
                _ => verdict = None,
            }
        }
        verdict
    }))
}

/// Seconds since 1970 of `2026-02-01T10:00:00Z`.
pub fn seconds(text: &str) -> Option<i64> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
    let (shifted, of_march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * of_march + 2) / 5 + day - 719_469;
    Some(days * 86_400 + part(11..13)? * 3600 + part(14..16)? * 60 + part(17..19)?)
}

/// Ports that are not open to the world, and groups that have no rules left.
pub fn c8<'a>(
    rules: impl Iterator<Item = (Option<i64>, Option<i64>, Option<&'a [Text<'a>]>, Option<&'a str>)>,
) -> Answer {
    let ports: Vec<i64> = (0..HALF).map(|variation| i64::from(port(variation))).collect();
    let names: Vec<String> = (0..HALF).map(retired_group).collect();
    let groups: FxHashMap<&str, usize> = names.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
    let mut fail = vec![0u64; 2 * HALF];
    let mut unknown = vec![0u64; 2 * HALF];
    let (mut total, mut nameless) = (0, 0);
    for (from, to, blocks, group) in rules {
        total += 1;
        let open = blocks.map(|blocks| blocks.iter().any(|block| block.is("0.0.0.0/0")));
        if open != Some(false) {
            for (place, port) in ports.iter().enumerate() {
                match all([open, from.map(|from| from <= *port), to.map(|to| to >= *port)]) {
                    Some(true) => fail[place] += 1,
                    Some(false) => {}
                    None => unknown[place] += 1,
                }
            }
        }
        match group {
            Some(group) => {
                if let Some(place) = groups.get(group) {
                    fail[HALF + place] += 1;
                }
            }
            None => nameless += 1,
        }
    }
    unknown[HALF..].fill(nameless);
    let counts = |place: usize| Counts {
        pass: total - fail[place] - unknown[place],
        fail: fail[place],
        unknown: unknown[place],
    };
    (0..2 * HALF).map(|place| (format!("C8-{:03}", place + 1), counts(place))).collect()
}
