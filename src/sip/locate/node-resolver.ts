import { lookup, Resolver } from "node:dns/promises";
import { errorCode } from "../../kernel/index.ts";
import type { SipResolver } from "../resolver.ts";

/** One attempt; the second goes to the next name server where there is one. */
const attempt = { timeout: 1_000, tries: 2 };

/** The name servers of the machine, asked anew each time: they remember answers for as long as these are valid. Names that only the machine itself
 * knows (its hosts file) are found too.
 * @param servers name servers to ask instead, each an address with a port */
export function createNodeResolver(servers?: readonly string[]): SipResolver {
  const ask = () => {
    const resolver = new Resolver(attempt);
    if (servers !== undefined) resolver.setServers(servers);
    return resolver;
  };
  return {
    naptr: (name) => orNone(ask().resolveNaptr(name)),
    srv: (name) => orNone(ask().resolveSrv(name)),
    async addresses(name) {
      const resolver = ask();
      const [four, six] = await Promise.allSettled([orNone(resolver.resolve4(name)), orNone(resolver.resolve6(name))]);
      const found = [four, six].flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
      return found.length > 0 ? found : lookUpHere(name);
    },
  };
}

/** Most look-ups by the machine itself at one time: they share few threads with file access, and may take long. */
const mostAtOnce = 2;
const open = { count: 0 };

async function lookUpHere(name: string): Promise<readonly string[]> {
  if (open.count >= mostAtOnce) throw new Error("too many names without records are being looked up");
  open.count += 1;
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } finally {
    open.count -= 1;
  }
}

const noSuchRecords = new Set(["ENODATA", "ENOTFOUND"]);

/** An empty list in place of the errors that say that there are no such records. */
async function orNone<T>(answer: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await answer;
  } catch (error) {
    if (noSuchRecords.has(errorCode(error) ?? "")) return [];
    throw error;
  }
}
