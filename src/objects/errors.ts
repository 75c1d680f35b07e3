/** What the objects room throws, with its meaning. */
export const objectsErrors = {
  OBJECTS_BAD_NAME: "A bucket or key is not allowed, or leads out of the store.",
  OBJECTS_NO_BUCKET: "An object was to be put into a bucket that does not exist, and the store makes none.",
  OBJECTS_AWAY: "An S3 store cannot be reached, does not answer in time, or has a failure of its own.",
  OBJECTS_UNAVAILABLE: "The store is there but does not let the object be read.",
  OBJECTS_TOO_LARGE: "An object is larger than any prompt may be.",
  OBJECTS_WRITE_FAILED:
    "An object could not be written: a full disk, missing permission or a name that is taken by a folder.",
} as const;
