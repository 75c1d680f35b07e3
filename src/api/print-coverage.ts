import { coverage, type Coverage } from "./operations/coverage.ts";
import { modelOf, type OperationModel } from "./wire/model.ts";

const intro = `# The operations of the API

Every operation of the Amazon Chime SDK Voice API, and what this server does with it. This page is printed from \`src/api/operations/coverage.ts\` by
\`npm run schemas\`; a test says when it is stale. How requests, answers and lists look, and what each operation promises, is in the
[contract](contract/api.md); the operations on meetings are in [theirs](contract/meetings.md).

An operation that is not served answers with an error of the service's model that names it and says what to do instead; clients do not try again.
`;

/** Text of docs/api.md. */
export function printCoverage(): string {
  const models = [...modelOf("voice").operations].sort((a, b) => (a.name < b.name ? -1 : 1));
  const withState = (...states: readonly Coverage["state"][]) =>
    models.flatMap((model) => {
      const covered = coverage[model.name];
      return covered !== undefined && states.includes(covered.state) ? [{ model, covered }] : [];
    });
  const served = withState("served");
  const stored = withState("stored");
  const absent = withState("not-served", "withdrawn");
  return [
    intro,
    `## Served (${served.length})\n`,
    ...printTable(
      ["Operation", "Request", "Status"],
      served.map(({ model }) => [nameOf(model), requestOf(model), statusOf(model)]),
    ),
    `## Stored without effect (${stored.length})\n`,
    "What is asked for is checked, kept and given back.\n",
    ...printTable(
      ["Operation", "Request", "Status", "Why it changes nothing"],
      stored.map(({ model, covered }) => [
        nameOf(model),
        requestOf(model),
        statusOf(model),
        "why" in covered ? covered.why : "",
      ]),
    ),
    `## Not served (${absent.length})\n`,
    ...printTable(
      ["Operation", "Request", "Answer", "Instead"],
      absent.map(({ model, covered }) => [
        nameOf(model),
        requestOf(model),
        covered.state === "withdrawn" ? "410 `GoneException`" : "422 `UnprocessableEntityException`",
        "instead" in covered ? `${covered.instead}.` : "",
      ]),
    ),
  ].join("\n");
}

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line), ""];
}

function nameOf({ name }: OperationModel): string {
  return `\`${name}\``;
}

function requestOf({ method, path, staticQuery }: OperationModel): string {
  const query = staticQuery.map((pair) => `?${pair.join("=")}`).join("");
  return `\`${method} ${path}${query}\``;
}

/** Contract: api-create-call-status */
function statusOf({ name, successStatus }: OperationModel): string {
  return name === "CreateSipMediaApplicationCall" ? "202" : String(successStatus);
}
