import { join } from "node:path";
import { packageRoot } from "../../src/kernel/index.ts";
import { bundleScript } from "../../src/pages/index.ts";

/** Versions of the official client that pages can be made with: the names of the packages as package.json has them. */
export const clientPackages = { newest: "amazon-chime-sdk-js", twoYearsOld: "amazon-chime-sdk-js-2024" } as const;
export type ClientVersion = keyof typeof clientPackages;
/** What a page is: one with a client of meetings, or with clients of SIP. */
export type PageKind = ClientVersion | "softphone";

/** Makes one script of a page and what it imports.
 * @param page a file of test/browser/page
 * @param client which client the page gets that imports the official one */
export function bundlePage(page: string, client: ClientVersion = "newest"): Promise<string> {
  return bundleScript(join(packageRoot(), "test/browser/page", page), {
    standIns: { "amazon-chime-sdk-js": clientPackages[client] },
    folder: packageRoot(),
  });
}
