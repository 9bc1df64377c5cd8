//! Amazon SageMaker, as `aws sagemaker …` prints it (API reference: <https://docs.aws.amazon.com/sagemaker/latest/APIReference/>).

use crate::answers::table::{Answer, Copied, Part, Reading, System};

const PACKAGE: &str = "sagemaker_model_package";
const GROUP: &str = "sagemaker_model_package_group";
const MODEL: &str = "sagemaker_model";
const CONFIG: &str = "sagemaker_endpoint_config";
const ENDPOINT: &str = "sagemaker_endpoint";
const JOB: &str = "sagemaker_training_job";
const CARD: &str = "sagemaker_model_card";
const SCHEDULE: &str = "sagemaker_monitoring_schedule";
const DEFINITION: &str = "sagemaker_monitoring_job_definition";
const NOTEBOOK: &str = "sagemaker_notebook_instance";
const DOMAIN: &str = "sagemaker_domain";
const ARTIFACT: &str = "sagemaker_artifact";
const ACTION: &str = "sagemaker_action";
const CONTEXT: &str = "sagemaker_context";

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "sagemaker",
    about: "answers of Amazon SageMaker, as `aws sagemaker` prints them: a file, or a folder of them",
    answers: &[
        // What `describe-…` prints.
        Answer::single(PACKAGE, &["ModelPackageArn", "ModelPackageStatus"], &["ModelPackageArn"]),
        Answer::single(GROUP, &["ModelPackageGroupArn", "ModelPackageGroupStatus"], &["ModelPackageGroupName"]),
        Answer::single(CONFIG, &["EndpointConfigArn", "ProductionVariants"], &["EndpointConfigName"]),
        Answer::single(ENDPOINT, &["EndpointArn", "EndpointStatus"], &["EndpointName"]),
        Answer::single(MODEL, &["ModelArn", "ModelName"], &["ModelName"]),
        Answer::single(JOB, &["TrainingJobArn", "TrainingJobStatus"], &["TrainingJobName"]),
        Answer::single(CARD, &["ModelCardArn", "Content"], &["ModelCardName"]),
        Answer::single(SCHEDULE, &["MonitoringScheduleArn", "MonitoringScheduleConfig"], &["MonitoringScheduleName"]),
        Answer::single(NOTEBOOK, &["NotebookInstanceArn", "NotebookInstanceStatus"], &["NotebookInstanceName"]),
        Answer::single(DOMAIN, &["DomainArn", "DomainId"], &["DomainId"]),
        Answer::single(ARTIFACT, &["ArtifactArn", "Source"], &["ArtifactArn"]),
        Answer::single(ACTION, &["ActionArn", "Source"], &["ActionArn"]),
        Answer::single(CONTEXT, &["ContextArn", "Source"], &["ContextArn"]),
        // `list-tags` does not say whose tags they are: the name of the file does (`endpoint.NAME.json`), or a key `ResourceArn`
        // that was added.
        Answer::single("sagemaker_tags", &["Tags"], &[]).named("resource").about(&[
            ("endpoint", ENDPOINT, "endpoint_name"),
            ("endpoint-config", CONFIG, "endpoint_config_name"),
            ("model", MODEL, "model_name"),
            ("training-job", JOB, "training_job_name"),
            ("notebook-instance", NOTEBOOK, "notebook_instance_name"),
            ("model-package-group", GROUP, "model_package_group_name"),
            ("model-package", PACKAGE, "model_package_arn"),
        ]),
        // What `list-…` prints: less than the other answers say.
        Answer::list(&["ModelPackageSummaryList"], PACKAGE, &["ModelPackageArn"], &["ModelPackageArn"]).summary(),
        Answer::list(&["ModelPackageGroupSummaryList"], GROUP, &["ModelPackageGroupArn"], &["ModelPackageGroupName"])
            .summary(),
        Answer::list(&["EndpointConfigs"], CONFIG, &["EndpointConfigArn"], &["EndpointConfigName"]).summary(),
        Answer::list(&["Endpoints"], ENDPOINT, &["EndpointArn"], &["EndpointName"]).summary(),
        Answer::list(&["Models"], MODEL, &["ModelArn"], &["ModelName"]).summary(),
        Answer::list(&["TrainingJobSummaries"], JOB, &["TrainingJobArn"], &["TrainingJobName"]).summary(),
        Answer::list(&["ModelCardSummaries"], CARD, &["ModelCardArn"], &["ModelCardName"]).summary(),
        Answer::list(
            &["MonitoringScheduleSummaries"],
            SCHEDULE,
            &["MonitoringScheduleArn"],
            &["MonitoringScheduleName"],
        )
        .summary(),
        Answer::list(
            &["JobDefinitionSummaries"],
            DEFINITION,
            &["MonitoringJobDefinitionArn"],
            &["MonitoringJobDefinitionArn"],
        ),
        Answer::list(&["NotebookInstances"], NOTEBOOK, &["NotebookInstanceArn"], &["NotebookInstanceName"]).summary(),
        Answer::list(&["Domains"], DOMAIN, &["DomainArn"], &["DomainId"]).summary(),
        Answer::list(&["ArtifactSummaries"], ARTIFACT, &["ArtifactArn"], &["ArtifactArn"]).summary(),
        Answer::list(&["ActionSummaries"], ACTION, &["ActionArn"], &["ActionArn"]).summary(),
        Answer::list(&["ContextSummaries"], CONTEXT, &["ContextArn"], &["ContextArn"]).summary(),
        Answer::list(
            &["AssociationSummaries"],
            "sagemaker_association",
            &["SourceArn", "DestinationArn"],
            &["SourceArn", "DestinationArn", "AssociationType"],
        ),
    ],
    documents: &["content"],
    copies: &[
        Copied { of: "arn", to: "login", part: Part::BehindSlash },
        Copied { of: "model_package_group_name", to: "model_package_group", part: Part::Whole },
        Copied { of: "model_package_name", to: "model_package", part: Part::Whole },
        Copied { of: "model_name", to: "model", part: Part::Whole },
        Copied { of: "endpoint_config_name", to: "endpoint_config", part: Part::Whole },
        Copied { of: "resource_arn", to: "resource", part: Part::Whole },
        Copied { of: "source_arn", to: "source_artifact", part: Part::Whole },
        Copied { of: "source_arn", to: "source_action", part: Part::Whole },
        Copied { of: "destination_arn", to: "destination_artifact", part: Part::Whole },
        Copied { of: "destination_arn", to: "destination_action", part: Part::Whole },
    ],
    reading: Reading::Tables,
};
