//! What each control asks for, and nothing else.

use serde::Deserialize;

use crate::read::Text;

/// A change of one resource; `after` is null where it is deleted.
#[derive(Deserialize)]
#[serde(bound(deserialize = "A: Deserialize<'de>"))]
pub struct Change<'f, A> {
    #[serde(borrow, rename = "type")]
    pub ty: Text<'f>,
    pub change: After<A>,
}

#[derive(Deserialize)]
pub struct After<A> {
    pub after: Option<A>,
}

/// C1.
#[derive(Deserialize)]
pub struct Database {
    pub storage_encrypted: Option<bool>,
    pub backup_retention_period: Option<f64>,
    pub publicly_accessible: Option<bool>,
}

/// C2.
#[derive(Deserialize)]
pub struct Released<'f> {
    #[serde(borrow)]
    pub stage: Text<'f>,
    #[serde(borrow)]
    pub approvals: Vec<Decision<'f>>,
    #[serde(borrow)]
    pub tests: Vec<Test<'f>>,
}

#[derive(Deserialize)]
pub struct Decision<'f> {
    #[serde(borrow)]
    pub decision: Text<'f>,
}

#[derive(Deserialize)]
pub struct Test<'f> {
    #[serde(borrow)]
    pub kind: Text<'f>,
    pub passed: Option<bool>,
}

/// C3.
#[derive(Deserialize)]
pub struct Stored<'f> {
    #[serde(borrow)]
    pub classification: Text<'f>,
    #[serde(borrow)]
    pub bucket: Option<Text<'f>>,
}

#[derive(Deserialize)]
pub struct Bucket<'f> {
    #[serde(borrow)]
    pub bucket: Option<Text<'f>>,
    pub force_destroy: Option<bool>,
}

/// C4.
#[derive(Deserialize)]
pub struct Access<'f> {
    #[serde(borrow)]
    pub role: Vec<Role<'f>>,
    #[serde(borrow)]
    pub managed_policy: Vec<ManagedPolicy<'f>>,
}

#[derive(Deserialize)]
pub struct Role<'f> {
    #[serde(borrow)]
    pub inline_policies: Vec<InlinePolicy<'f>>,
    #[serde(borrow)]
    pub attached_policies: Vec<Text<'f>>,
}

#[derive(Deserialize)]
pub struct InlinePolicy<'f> {
    #[serde(borrow)]
    pub statements: Vec<Statement<'f>>,
}

#[derive(Deserialize)]
pub struct ManagedPolicy<'f> {
    #[serde(borrow)]
    pub arn: Text<'f>,
    #[serde(borrow)]
    pub statements: Vec<Statement<'f>>,
}

#[derive(Deserialize)]
pub struct Statement<'f> {
    #[serde(borrow)]
    pub effect: Text<'f>,
    #[serde(borrow)]
    pub actions: Vec<Text<'f>>,
    #[serde(borrow)]
    pub resources: Vec<Text<'f>>,
}

/// C5.
#[derive(Deserialize)]
pub struct Signed<'f> {
    #[serde(borrow)]
    pub approvals: Vec<Signature<'f>>,
}

#[derive(Deserialize)]
pub struct Signature<'f> {
    #[serde(borrow)]
    pub approver: Text<'f>,
    #[serde(borrow)]
    pub decision: Text<'f>,
}

#[derive(Deserialize)]
pub struct User<'f> {
    #[serde(borrow)]
    pub email: Text<'f>,
}

/// C6.
#[derive(Deserialize)]
pub struct Trained<'f> {
    #[serde(borrow)]
    pub stage: Text<'f>,
    #[serde(borrow)]
    pub training_datasets: Vec<Text<'f>>,
}

#[derive(Deserialize)]
pub struct Derived<'f> {
    #[serde(borrow)]
    pub id: Text<'f>,
    #[serde(borrow)]
    pub licence: Option<Text<'f>>,
    #[serde(borrow)]
    pub derived_from: Vec<Text<'f>>,
}

/// C7.
#[derive(Deserialize)]
pub struct Dated<'f> {
    #[serde(borrow)]
    pub name: Text<'f>,
    #[serde(borrow)]
    pub version: Text<'f>,
    #[serde(borrow)]
    pub approvals: Vec<DatedDecision<'f>>,
}

#[derive(Deserialize)]
pub struct DatedDecision<'f> {
    #[serde(borrow)]
    pub decision: Text<'f>,
    #[serde(borrow)]
    pub at: Option<Text<'f>>,
}

#[derive(Deserialize)]
pub struct Deployment<'f> {
    #[serde(borrow)]
    pub model: Text<'f>,
    #[serde(borrow)]
    pub environment: Text<'f>,
    #[serde(borrow)]
    pub deployed_at: Option<Text<'f>>,
}

/// C8.
#[derive(Deserialize)]
pub struct Rule<'f> {
    pub from_port: Option<i64>,
    pub to_port: Option<i64>,
    #[serde(borrow)]
    pub cidr_blocks: Option<Vec<Text<'f>>>,
    #[serde(borrow)]
    pub security_group_id: Option<Text<'f>>,
}

/// What all controls together ask of a resource.
#[derive(Deserialize)]
pub struct Resource<'f> {
    pub storage_encrypted: Option<bool>,
    pub backup_retention_period: Option<f64>,
    pub publicly_accessible: Option<bool>,
    #[serde(borrow)]
    pub bucket: Option<Text<'f>>,
    pub force_destroy: Option<bool>,
    pub from_port: Option<i64>,
    pub to_port: Option<i64>,
    #[serde(borrow)]
    pub cidr_blocks: Option<Vec<Text<'f>>>,
    #[serde(borrow)]
    pub security_group_id: Option<Text<'f>>,
}

/// What all controls together ask of a model.
#[derive(Deserialize)]
pub struct Model<'f> {
    #[serde(borrow)]
    pub name: Text<'f>,
    #[serde(borrow)]
    pub version: Text<'f>,
    #[serde(borrow)]
    pub stage: Text<'f>,
    #[serde(borrow)]
    pub approvals: Vec<Approval<'f>>,
    #[serde(borrow)]
    pub tests: Vec<Test<'f>>,
    #[serde(borrow)]
    pub training_datasets: Vec<Text<'f>>,
}

#[derive(Deserialize)]
pub struct Approval<'f> {
    #[serde(borrow)]
    pub approver: Text<'f>,
    #[serde(borrow)]
    pub decision: Text<'f>,
    #[serde(borrow)]
    pub at: Option<Text<'f>>,
}

/// What all controls together ask of a data set.
#[derive(Deserialize)]
pub struct Dataset<'f> {
    #[serde(borrow)]
    pub id: Text<'f>,
    #[serde(borrow)]
    pub licence: Option<Text<'f>>,
    #[serde(borrow)]
    pub classification: Text<'f>,
    #[serde(borrow)]
    pub bucket: Option<Text<'f>>,
    #[serde(borrow)]
    pub derived_from: Vec<Text<'f>>,
}

/// What all controls together ask of the people and roles.
#[derive(Deserialize)]
pub struct Everyone<'f> {
    #[serde(borrow)]
    pub user: Vec<User<'f>>,
    #[serde(borrow)]
    pub role: Vec<Role<'f>>,
    #[serde(borrow)]
    pub managed_policy: Vec<ManagedPolicy<'f>>,
}
