/** Random callers in virtual time, and what is wrong with the calls that they have. */
export { explore, type ExploreOptions, type Finding } from "./explore.ts";
