//! The table of ISO/IEC 42001 Annex A: ids and our own short titles, as in `data/iso42001.yaml`.

use crate::{Criterion, Series};

pub(crate) static SERIES: [Series; 10] = [
    series("A.2", "policy", "AI policy"),
    series("A.3", "organisation", "Roles and concerns"),
    series("A.4", "resources", "Resources of AI systems"),
    series("A.5", "impact", "Impact assessment"),
    series("A.6.1", "life_cycle", "Aims of responsible development"),
    series("A.6.2", "life_cycle", "Life cycle of AI systems"),
    series("A.7", "data", "Data of AI systems"),
    series("A.8", "information", "Telling those concerned"),
    series("A.9", "use", "Using AI systems"),
    series("A.10", "third_parties", "Suppliers and customers"),
];

pub(crate) static CRITERIA: [Criterion; 38] = [
    criterion("A.2.2", "policy", "A.2", "There is a written AI policy"),
    criterion("A.2.3", "policy", "A.2", "The AI policy fits the other policies"),
    criterion("A.2.4", "policy", "A.2", "The AI policy is reviewed"),
    criterion("A.3.2", "organisation", "A.3", "Roles and duties for AI are assigned"),
    criterion("A.3.3", "organisation", "A.3", "Concerns can be raised and are followed up"),
    criterion("A.4.2", "resources", "A.4", "What each AI system is made of and needs is recorded"),
    criterion("A.4.3", "resources", "A.4", "Data it depends on is recorded"),
    criterion("A.4.4", "resources", "A.4", "Tools it depends on are recorded"),
    criterion("A.4.5", "resources", "A.4", "Systems and computing power are recorded"),
    criterion("A.4.6", "resources", "A.4", "People and their skills are recorded"),
    criterion("A.5.2", "impact", "A.5", "A way of assessing impacts is set"),
    criterion("A.5.3", "impact", "A.5", "Impact assessments are recorded and kept"),
    criterion("A.5.4", "impact", "A.5", "Effects on people are assessed"),
    criterion("A.5.5", "impact", "A.5", "Effects on society are assessed"),
    criterion("A.6.1.2", "life_cycle", "A.6.1", "Aims for responsible development are set"),
    criterion("A.6.1.3", "life_cycle", "A.6.1", "Responsible design and development has set steps"),
    criterion("A.6.2.2", "life_cycle", "A.6.2", "Requirements are specified"),
    criterion("A.6.2.3", "life_cycle", "A.6.2", "Design and development are recorded"),
    criterion("A.6.2.4", "life_cycle", "A.6.2", "Models and systems are verified and validated"),
    criterion("A.6.2.5", "life_cycle", "A.6.2", "Deployment is planned and conditional"),
    criterion("A.6.2.6", "life_cycle", "A.6.2", "Operation is monitored and maintained"),
    criterion("A.6.2.7", "life_cycle", "A.6.2", "Technical documents exist for each audience"),
    criterion("A.6.2.8", "life_cycle", "A.6.2", "Event logs are kept"),
    criterion("A.7.2", "data", "A.7", "Handling of development data is set"),
    criterion("A.7.3", "data", "A.7", "Where data comes from and why is recorded"),
    criterion("A.7.4", "data", "A.7", "Data quality is set and met"),
    criterion("A.7.5", "data", "A.7", "Data provenance is recorded"),
    criterion("A.7.6", "data", "A.7", "Data preparation is chosen and recorded"),
    criterion("A.8.2", "information", "A.8", "Users get the documents they need"),
    criterion("A.8.3", "information", "A.8", "Outsiders can report harm"),
    criterion("A.8.4", "information", "A.8", "Incidents are told to users"),
    criterion("A.8.5", "information", "A.8", "Duties to inform others are known and met"),
    criterion("A.9.2", "use", "A.9", "Responsible use has set steps"),
    criterion("A.9.3", "use", "A.9", "Aims for responsible use are set"),
    criterion("A.9.4", "use", "A.9", "Systems are used as intended"),
    criterion("A.10.2", "third_parties", "A.10", "Duties are divided along the supply chain"),
    criterion("A.10.3", "third_parties", "A.10", "Suppliers meet our expectations"),
    criterion("A.10.4", "third_parties", "A.10", "Customers' needs are considered"),
];

const fn series(id: &'static str, category: &'static str, title: &'static str) -> Series {
    Series { id, title, framework: "iso42001", category }
}

const fn criterion(id: &'static str, category: &'static str, series: &'static str, title: &'static str) -> Criterion {
    Criterion { id, title, framework: "iso42001", category, series }
}
