import { basename, dirname, extname } from "node:path";
import type { WrittenConfig } from "../settings/configuration.ts";

/** The number of the embedded example, and of a function that is run without a configuration. */
const developmentNumber = "+12065550100";

/** What development mode runs when there is no file: one number, one rule, one application and its function.
 * @param functionFile absolute path of the handler's file; what is made bears its name, or that of its folder when it is an index
 * @param handler name of the handler in it, when it is none of the usual ones */
export function defaultDevelopmentConfig(functionFile: string, handler?: string): WrittenConfig {
  const own = basename(functionFile, extname(functionFile));
  const name = (own === "index" ? basename(dirname(functionFile)) : own).replace(/[^\w-]/g, "-").slice(0, 64);
  return {
    numbers: [developmentNumber],
    functions: { [name]: handler === undefined ? functionFile : { file: functionFile, handler } },
    applications: [{ name, function: name }],
    rules: [{ name, number: developmentNumber, applications: [name] }],
  };
}
