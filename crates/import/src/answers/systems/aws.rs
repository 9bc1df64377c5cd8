//! What runs in an account of AWS, as the AWS CLI prints it. The nouns begin with `aws_live_`: those that begin with `aws_` alone are
//! types of Terraform, which say what is declared, in another shape.
//!
//! S3, KMS and CloudTrail answer many small questions of one thing: of each bucket, key and trail one file is read, with the answer
//! to each question under the name of the question.

use crate::answers::table::{Answer, Copied, Part, Reading, System};

const BUCKET: &str = "aws_live_bucket";
const KEY: &str = "aws_live_key";
const TRAIL: &str = "aws_live_trail";

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "aws",
    about: "answers of AWS services, as the AWS CLI prints them: a file, or a folder of them",
    answers: &[
        Answer::single(BUCKET, &["Bucket", "GetBucketEncryption"], &["Bucket"]),
        Answer::single(KEY, &["DescribeKey"], &[]).flat(&[&["DescribeKey"], &["DescribeKey", "KeyMetadata"]]),
        Answer::single(TRAIL, &["GetTrailStatus", "GetEventSelectors"], &[])
            .flat(&[&["GetTrailStatus"], &["GetEventSelectors"]]),
        Answer::list(&["Buckets"], BUCKET, &["CreationDate"], &["Name"]).summary(),
        Answer::list(&["Keys"], KEY, &["KeyArn"], &["KeyId"]).summary(),
        Answer::list(&["trailList"], TRAIL, &["TrailARN"], &["TrailARN"]).summary(),
        Answer::list(&["Aliases"], "aws_live_key_alias", &["AliasArn"], &["AliasArn"]),
        Answer::list(&["SecurityGroups"], "aws_live_security_group", &["GroupId"], &["GroupId"]),
        Answer::list(&["Volumes"], "aws_live_volume", &["VolumeId"], &["VolumeId"]),
        Answer::list(&["Vpcs"], "aws_live_vpc", &["VpcId"], &["VpcId"]),
        Answer::list(&["FlowLogs"], "aws_live_flow_log", &["FlowLogId"], &["FlowLogId"]),
        Answer::list(&["repositories"], "aws_live_repository", &["repositoryArn"], &["repositoryArn"]),
        Answer::list(&["logGroups"], "aws_live_log_group", &["logGroupName"], &["logGroupName"]),
        Answer::list(&["DBInstances"], "aws_live_db_instance", &["DBInstanceIdentifier"], &["DBInstanceIdentifier"]),
        Answer::list(&["SecretList"], "aws_live_secret", &["ARN"], &["ARN"]),
        Answer::list(&["Functions"], "aws_live_function", &["FunctionArn"], &["FunctionArn"]),
        Answer::single("aws_live_caller", &["Account", "Arn", "UserId"], &["Arn"]),
    ],
    documents: &["policy"],
    copies: &[
        Copied { of: "name", to: "bucket", part: Part::Whole },
        Copied { of: "policy", to: "statements", part: Part::Statements },
    ],
    reading: Reading::Tables,
};
