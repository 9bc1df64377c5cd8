//! Events of AWS CloudTrail (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>):
//! the files that it delivers, what `aws cloudtrail lookup-events` prints (there the event is JSON in a text), and JSON Lines of either or of
//! a table of Athena, whose columns are in small letters.

use crate::answers::table::{Answer, Copied, Inlined, Part, Picked, Reading, System};

const EVENT: &str = "cloudtrail_event";

/// What changes a model, its approval or where it runs; the API reference of SageMaker has them all as actions.
const CHANGES: &[&str] = &[
    "CreateModelPackage",
    "UpdateModelPackage",
    "DeleteModelPackage",
    "CreateModel",
    "CreateEndpointConfig",
    "CreateEndpoint",
    "UpdateEndpoint",
    "UpdateEndpointWeightsAndCapacities",
    "DeleteEndpoint",
    "CreateTrainingJob",
];

const fn picked(key: &'static str) -> Picked {
    Picked { key, texts: CHANGES, noun: "cloudtrail_change" }
}

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "cloudtrail",
    about: "events of AWS CloudTrail: delivered files, answers of `lookup-events`, or one event a line",
    answers: &[
        Answer::list(&["Records"], EVENT, &["eventID", "eventVersion"], &[]).picked(picked("eventName")),
        Answer::list(&["Events"], EVENT, &["CloudTrailEvent"], &[])
            .inlined(Inlined::Whole("CloudTrailEvent"))
            .picked(picked("eventName")),
        Answer::single(EVENT, &["eventID", "eventName", "eventSource", "eventTime"], &[]).picked(picked("eventName")),
        Answer::single(EVENT, &["eventid", "eventname", "eventsource", "eventtime"], &[])
            .inlined(Inlined::Parts(&["useridentity", "requestparameters", "responseelements"]))
            .picked(picked("eventname"))
            .chosen(),
    ],
    documents: &["additional_event_data"],
    copies: &[
        // What stands behind the last slash: the session of a role, the name of a user.
        Copied { of: "arn", to: "login", part: Part::BehindSlash },
        Copied { of: "endpoint_name", to: "endpoint", part: Part::Whole },
        Copied { of: "endpoint_config_name", to: "endpoint_config", part: Part::Whole },
        Copied { of: "model_name", to: "model", part: Part::Whole },
        // The columns of Athena.
        Copied { of: "eventid", to: "event_id", part: Part::Whole },
        Copied { of: "eventname", to: "event_name", part: Part::Whole },
        Copied { of: "eventsource", to: "event_source", part: Part::Whole },
        Copied { of: "eventtime", to: "event_time", part: Part::Whole },
        Copied { of: "awsregion", to: "aws_region", part: Part::Whole },
        Copied { of: "sourceipaddress", to: "source_ip_address", part: Part::Whole },
        Copied { of: "errorcode", to: "error_code", part: Part::Whole },
        Copied { of: "errormessage", to: "error_message", part: Part::Whole },
        Copied { of: "readonly", to: "read_only", part: Part::Whole },
        Copied { of: "recipientaccountid", to: "recipient_account_id", part: Part::Whole },
        Copied { of: "useridentity", to: "user_identity", part: Part::Whole },
        Copied { of: "requestparameters", to: "request_parameters", part: Part::Whole },
        Copied { of: "responseelements", to: "response_elements", part: Part::Whole },
        Copied { of: "principalid", to: "principal_id", part: Part::Whole },
        Copied { of: "accountid", to: "account_id", part: Part::Whole },
        Copied { of: "username", to: "user_name", part: Part::Whole },
        Copied { of: "invokedby", to: "invoked_by", part: Part::Whole },
        Copied { of: "sessioncontext", to: "session_context", part: Part::Whole },
        Copied { of: "sessionissuer", to: "session_issuer", part: Part::Whole },
        Copied { of: "mfaauthenticated", to: "mfa_authenticated", part: Part::Whole },
    ],
    reading: Reading::Tables,
};
