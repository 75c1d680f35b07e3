/** What the test kit throws, with its meaning. */
export const testingErrors = {
  TESTING_NO_SAMPLE: "There is no sample of such an event, or none that is about such an action.",
} as const;
