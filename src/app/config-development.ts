import type { WrittenConfig } from "./config-types.ts";

/** The number of the embedded example. */
export const developmentNumber = "+12065550100";

/** What development mode runs when there is no file: one number, one rule, one application and its function.
 * @param functionFile absolute path of the example's handler */
export function defaultDevelopmentConfig(functionFile: string): WrittenConfig {
  return {
    numbers: [developmentNumber],
    functions: { "first-call": functionFile },
    applications: [{ name: "first-call", function: "first-call" }],
    rules: [{ name: "first-call", number: developmentNumber, applications: ["first-call"] }],
  };
}
