//! How big the company is: numbers of records for a number of bytes.

/// How many records of each kind there are.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Model versions, four of each model.
    pub models: u32,
    /// Families of data sets: 30 each, ten generations deep.
    pub families: u32,
    /// Applications of the Terraform plan, of some 17 resources each.
    pub applications: u32,
    /// Roles.
    pub roles: u32,
    /// Policies that several roles share.
    pub policies: u32,
    /// People.
    pub users: u32,
}

// What a record of each kind takes on average, in bytes, as measured over what is written.
const MODEL: u64 = 2_390;
const FAMILY: u64 = 21_800;
const APPLICATION: u64 = 19_400;
const ROLE: u64 = 4_520;

impl Scale {
    /// The company whose exports take about so many bytes: 40 % the plan, 25 % models, 15 % data sets, 15 % roles,
    /// policies and people, and about 5 % deployments, whose number follows from the models.
    #[must_use]
    pub fn of_bytes(bytes: u64) -> Self {
        let share = |percent: u64, each: u64| u32::try_from((bytes / 100 * percent / each).max(1)).unwrap_or(u32::MAX);
        let models = share(25, MODEL);
        let roles = share(15, ROLE);
        Self {
            models,
            families: share(15, FAMILY),
            applications: share(40, APPLICATION),
            roles,
            policies: (roles / 4).max(4),
            users: (models / 8).max(10),
        }
    }
}
