"""Where messages are stored: S3, or a folder when MESSAGES_FOLDER names one (a folder for each bucket in it)."""

import os
from pathlib import Path


def delete(bucket, key):
    folder = os.environ.get("MESSAGES_FOLDER")
    if folder:
        path = Path(folder) / bucket / key
        path.unlink(missing_ok=True)
        # The metadata of an object lies beside it.
        path.with_name(f".{path.name}.metadata.json").unlink(missing_ok=True)
        return
    import boto3  # part of Lambda's Python

    boto3.client("s3").delete_object(Bucket=bucket, Key=key)
