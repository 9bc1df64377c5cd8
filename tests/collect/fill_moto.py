"""Makes a small account in a running moto server through boto3: python fill_moto.py ENDPOINT"""
import sys

import boto3


def client(service):
    return boto3.client(service, endpoint_url=sys.argv[1], region_name="eu-west-1")


s3 = client("s3")
for name in ("plain", "versioned"):
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
iam = client("iam")
for number in range(7):
    iam.create_user(UserName=f"user-{number}")
iam.create_role(RoleName="trainer", AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}')
client("kms").create_key(Description="data")
sagemaker = client("sagemaker")
sagemaker.create_model_package_group(ModelPackageGroupName="fraud")
for status in ("Approved", "PendingManualApproval"):
    sagemaker.create_model_package(ModelPackageGroupName="fraud", ModelApprovalStatus=status, Tags=[])
