import { ownNumber } from "../interop/kit.ts";

/** The number of the second application. */
export const otherNumber = "+12065550199";

/** Configuration of a server with two applications: "app.mjs" has the usual number, "other.mjs" the other one. */
export const twoApplications = {
  numbers: [ownNumber, otherNumber],
  functions: { app: "./app.mjs", other: "./other.mjs" },
  applications: [
    { name: "app", function: "app" },
    { name: "other", function: "other" },
  ],
  rules: [
    { name: "in", number: ownNumber, applications: ["app"] },
    { name: "in-other", number: otherNumber, applications: ["other"] },
  ],
};
