/** What the objects room throws, with its meaning. */
export const objectsErrors = {
  OBJECTS_BAD_NAME: "A bucket or key is not allowed, or leads out of the store.",
  OBJECTS_UNAVAILABLE: "The store exists but cannot be read.",
} as const;
