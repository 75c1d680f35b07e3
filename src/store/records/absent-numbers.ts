import type { CandidateSearch } from "../number-types.ts";
import type { Page } from "../page.ts";
import { parseToken, printToken } from "../paging.ts";

/** Numbers that are looked up at once. */
const chunk = 500;
const listing = "absent-numbers";

/** One page of the candidates that are not known. Throws `STORE_BAD_TOKEN` on a token that this listing did not make. */
export async function listAbsent(
  { limit, token, candidates }: CandidateSearch,
  known: (e164: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<Page<string>> {
  const found = candidates(parseToken(listing, token));
  const absent: string[] = [];
  for (;;) {
    const some = takeSome(found);
    const taken = await known(some);
    absent.push(...some.filter((number) => !taken.has(number)));
    if (absent.length > limit || some.length < chunk) break;
  }
  const rows = absent.slice(0, limit);
  const last = absent.length > limit ? rows.at(-1) : undefined;
  return { rows, nextToken: last === undefined ? undefined : printToken(listing, Number(last.slice(1))) };
}

function takeSome(numbers: Iterator<string>): readonly string[] {
  const some: string[] = [];
  while (some.length < chunk) {
    const next = numbers.next();
    if (next.done === true) break;
    some.push(next.value);
  }
  return some;
}
