import type { WrittenConfig } from "./config-types.ts";

/** The number of the embedded example. */
export const developmentNumber = "+12065550100";

/** What development mode runs when there is no file: one number, one rule, one application and its function.
 * @param functionFile absolute path of the example's handler */
export function defaultDevelopmentConfig(functionFile: string): WrittenConfig {
  return {
    numbers: [developmentNumber],
    functions: { hello: functionFile },
    applications: [{ name: "hello", function: "hello" }],
    rules: [{ name: "hello", number: developmentNumber, applications: ["hello"] }],
  };
}
