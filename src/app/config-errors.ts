/** What reading the configuration throws. */
export const configErrors = {
  APP_BAD_CONFIG: "The configuration is missing or wrong; the message has every problem with its place, one a line.",
} as const;
