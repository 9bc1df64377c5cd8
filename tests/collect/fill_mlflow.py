"""Registers models in a running MLflow server through MLflow's own client: python fill_mlflow.py URI

Four are in production. Each of the faults is one that a control must find, in one model and in no other; `fine` has none.
"""
import sys, time

import mlflow
from mlflow.data.meta_dataset import MetaDataset
from mlflow.data.http_dataset_source import HTTPDatasetSource
from mlflow.tracking import MlflowClient

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()

# Name, who trained it, and the tags that differ. All went live on the same day.
MODELS = {
    "fine": ("ana", {"approved_by": "bo", "approved_at": "2026-05-01T10:00:00Z"}),
    "own-approval": ("ana", {"approved_by": "Ana", "approved_at": "2026-05-01T10:00:00Z"}),
    "late-approval": ("ana", {"approved_by": "bo", "approved_at": "2026-07-01T10:00:00Z"}),
    "no-approval": ("cy", {}),
}


def run_of(name, author):
    """A run with a dataset that it read, as training scripts log it."""
    experiment = mlflow.set_experiment(f"train {name}")
    with mlflow.start_run(tags={"mlflow.user": author, "mlflow.source.git.commit": "c0ffee" + name}) as run:
        mlflow.log_param("seed", 7)
        mlflow.log_metric("memorization_rate", 0.001)
        source = HTTPDatasetSource(f"https://data.example/{name}.parquet")
        mlflow.log_input(MetaDataset(source, name=f"{name}-data", digest="d" + str(len(name))), context="training")
    return run.info.run_id, experiment.experiment_id


for name, (author, tags) in MODELS.items():
    client.create_registered_model(name)
    for number in (1, 2):
        run, _ = run_of(name, author)
        version = client.create_model_version(name, source=f"runs:/{run}/model", run_id=run)
        common = {"author": author}
        if number == 2:
            common |= {"deployed_at": "2026-06-01T09:00:00Z", "deployment_kind": "release", **tags}
        for key, value in common.items():
            client.set_model_version_tag(name, version.version, key, value)
    # By alias and by stage: both are ways of saying that it runs.
    if name in ("fine", "no-approval"):
        client.set_registered_model_alias(name, "champion", "2")
    else:
        client.transition_model_version_stage(name, "2", "Production")

# Nothing is said of these but that they are there: a list with more pages than one.
for number in range(9):
    client.create_registered_model(f"idle-{number}")
    client.create_model_version(f"idle-{number}", source="s3://nowhere/model")
