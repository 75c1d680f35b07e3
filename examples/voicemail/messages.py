"""Where messages are stored: S3, or a folder when MESSAGES_FOLDER names one (a folder for each bucket in it)."""

import os
from pathlib import Path


def delete(bucket, key):
    folder = os.environ.get("MESSAGES_FOLDER")
    if folder:
        (Path(folder) / bucket / key).unlink(missing_ok=True)
        return
    import boto3  # part of Lambda's Python

    boto3.client("s3").delete_object(Bucket=bucket, Key=key)
