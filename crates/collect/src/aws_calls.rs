//! What is asked of AWS: the calls of an account, and those for each thing that a list names.

/// A call whose answer is a file.
pub(crate) struct Call {
    /// The file, without `.json`.
    pub(crate) file: &'static str,
    /// `iam get-account-authorization-details`
    pub(crate) call: &'static str,
    /// Where its records stand; empty where the answer is one record.
    pub(crate) rows: &'static str,
}

const fn call(file: &'static str, call: &'static str, rows: &'static str) -> Call {
    Call { file, call, rows }
}

/// The calls of an account.
pub(crate) const ACCOUNT: &[Call] = &[
    call("iam/get-account-authorization-details", "iam get-account-authorization-details", "RoleDetailList"),
    call("iam/get-account-summary", "iam get-account-summary", ""),
    call("iam/get-account-password-policy", "iam get-account-password-policy", ""),
    call("iam/list-open-id-connect-providers", "iam list-open-id-connect-providers", "OpenIDConnectProviderList"),
    call("iam/list-saml-providers", "iam list-saml-providers", "SAMLProviderList"),
    call("s3/list-buckets", "s3api list-buckets", "Buckets"),
    call("kms/list-keys", "kms list-keys", "Keys"),
    call("kms/list-aliases", "kms list-aliases", "Aliases"),
    call("ec2/describe-security-groups", "ec2 describe-security-groups", "SecurityGroups"),
    call("ec2/describe-vpcs", "ec2 describe-vpcs", "Vpcs"),
    call("ec2/describe-flow-logs", "ec2 describe-flow-logs", "FlowLogs"),
    call("ec2/describe-volumes", "ec2 describe-volumes", "Volumes"),
    call("rds/describe-db-instances", "rds describe-db-instances", "DBInstances"),
    call("logs/describe-log-groups", "logs describe-log-groups", "logGroups"),
    call("secretsmanager/list-secrets", "secretsmanager list-secrets", "SecretList"),
    call("ecr/describe-repositories", "ecr describe-repositories", "repositories"),
    call("cloudtrail/describe-trails", "cloudtrail describe-trails", "trailList"),
    call("sagemaker/list-model-package-groups", "sagemaker list-model-package-groups", "ModelPackageGroupSummaryList"),
    call("sagemaker/list-models", "sagemaker list-models", "Models"),
    call("sagemaker/list-endpoints", "sagemaker list-endpoints", "Endpoints"),
    call("sagemaker/list-endpoint-configs", "sagemaker list-endpoint-configs", "EndpointConfigs"),
    call("sagemaker/list-training-jobs", "sagemaker list-training-jobs", "TrainingJobSummaries"),
    call("sagemaker/list-notebook-instances", "sagemaker list-notebook-instances", "NotebookInstances"),
    call("sagemaker/list-model-cards", "sagemaker list-model-cards", "ModelCardSummaries"),
    call("sagemaker/list-domains", "sagemaker list-domains", "Domains"),
    call("sagemaker/list-monitoring-schedules", "sagemaker list-monitoring-schedules", "MonitoringScheduleSummaries"),
];

/// What is asked of each thing that a list names.
pub(crate) struct Each {
    /// The list: its file.
    pub(crate) list: &'static str,
    /// Where its records stand.
    pub(crate) rows: &'static str,
    /// The attribute of a record that names it, and the option that takes that name.
    pub(crate) name: (&'static str, &'static str),
    /// The folder that its files go to.
    pub(crate) folder: &'static str,
    pub(crate) ask: Asked,
}

/// What is asked.
pub(crate) enum Asked {
    /// One call, whose answer is a file; and where its records stand, if it is a list.
    One(&'static str, &'static str),
    /// Several, which stand together in a file under the names of their operations, the thing's own name first.
    Together(&'static str, &'static [(&'static str, &'static str)]),
}

const BUCKET: &[(&str, &str)] = &[
    ("GetBucketEncryption", "s3api get-bucket-encryption"),
    ("GetBucketVersioning", "s3api get-bucket-versioning"),
    ("GetPublicAccessBlock", "s3api get-public-access-block"),
    ("GetBucketPolicy", "s3api get-bucket-policy"),
    ("GetBucketAcl", "s3api get-bucket-acl"),
    ("GetBucketLogging", "s3api get-bucket-logging"),
    ("GetBucketTagging", "s3api get-bucket-tagging"),
    ("GetBucketLocation", "s3api get-bucket-location"),
    ("GetBucketOwnershipControls", "s3api get-bucket-ownership-controls"),
    ("GetObjectLockConfiguration", "s3api get-object-lock-configuration"),
    ("GetBucketLifecycleConfiguration", "s3api get-bucket-lifecycle-configuration"),
    ("GetBucketReplication", "s3api get-bucket-replication"),
];

const KEY: &[(&str, &str)] = &[
    ("DescribeKey", "kms describe-key"),
    ("GetKeyRotationStatus", "kms get-key-rotation-status"),
    ("GetKeyPolicy", "kms get-key-policy --policy-name default"),
];

const fn each(
    (list, rows): (&'static str, &'static str),
    name: (&'static str, &'static str),
    folder: &'static str,
    ask: Asked,
) -> Each {
    Each { list, rows, name, folder, ask }
}

/// What is asked of each, in order: a list that is asked for here comes before what is asked of its records.
pub(crate) const EACH: &[Each] = &[
    each(("s3/list-buckets", "Buckets"), ("Name", "--bucket"), "s3/buckets", Asked::Together("Bucket", BUCKET)),
    each(("kms/list-keys", "Keys"), ("KeyId", "--key-id"), "kms/keys", Asked::Together("KeyId", KEY)),
    each(
        ("sagemaker/list-model-package-groups", "ModelPackageGroupSummaryList"),
        ("ModelPackageGroupName", "--model-package-group-name"),
        "sagemaker/model-package-groups",
        Asked::One("sagemaker describe-model-package-group", ""),
    ),
    each(
        ("sagemaker/list-model-package-groups", "ModelPackageGroupSummaryList"),
        ("ModelPackageGroupName", "--model-package-group-name"),
        "sagemaker/list-model-packages",
        Asked::One("sagemaker list-model-packages", "ModelPackageSummaryList"),
    ),
    each(
        ("sagemaker/list-model-packages/", "ModelPackageSummaryList"),
        ("ModelPackageArn", "--model-package-name"),
        "sagemaker/model-packages",
        Asked::One("sagemaker describe-model-package", ""),
    ),
    each(
        ("sagemaker/list-models", "Models"),
        ("ModelName", "--model-name"),
        "sagemaker/model",
        Asked::One("sagemaker describe-model", ""),
    ),
    each(
        ("sagemaker/list-endpoints", "Endpoints"),
        ("EndpointName", "--endpoint-name"),
        "sagemaker/endpoint",
        Asked::One("sagemaker describe-endpoint", ""),
    ),
    each(
        ("sagemaker/list-endpoint-configs", "EndpointConfigs"),
        ("EndpointConfigName", "--endpoint-config-name"),
        "sagemaker/endpoint-config",
        Asked::One("sagemaker describe-endpoint-config", ""),
    ),
    each(
        ("sagemaker/list-training-jobs", "TrainingJobSummaries"),
        ("TrainingJobName", "--training-job-name"),
        "sagemaker/training-job",
        Asked::One("sagemaker describe-training-job", ""),
    ),
    each(
        ("sagemaker/list-notebook-instances", "NotebookInstances"),
        ("NotebookInstanceName", "--notebook-instance-name"),
        "sagemaker/notebook-instance",
        Asked::One("sagemaker describe-notebook-instance", ""),
    ),
    each(
        ("sagemaker/list-model-cards", "ModelCardSummaries"),
        ("ModelCardName", "--model-card-name"),
        "sagemaker/model-card",
        Asked::One("sagemaker describe-model-card", ""),
    ),
];

/// What has tags: a list, where its records stand, and the attribute that names each.
pub(crate) const TAGGED: &[(&str, &str, &str)] = &[
    ("sagemaker/list-model-packages/", "ModelPackageSummaryList", "ModelPackageArn"),
    ("sagemaker/list-models", "Models", "ModelArn"),
    ("sagemaker/list-endpoints", "Endpoints", "EndpointArn"),
    ("sagemaker/list-endpoint-configs", "EndpointConfigs", "EndpointConfigArn"),
    ("sagemaker/list-training-jobs", "TrainingJobSummaries", "TrainingJobArn"),
];
