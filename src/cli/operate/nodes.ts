import type { Command } from "commander";
import { askAndPrint, drawTable, operatorCommand, type OperatorOptions } from "./operator-command.ts";

interface Nodes {
  readonly nodes: readonly {
    readonly id: string;
    readonly isThis: boolean;
    readonly state: string;
    readonly version: string;
    readonly startedAt: string;
    readonly lastSignAt: string;
    readonly calls: number;
    readonly maxCalls: number;
    readonly sip: readonly string[];
    readonly api: string;
    readonly whyNoCalls?: string;
  }[];
}

/** `offhook nodes`: the nodes of the system. */
export function nodesCommand(): Command {
  return operatorCommand({
    name: "nodes",
    description: "Lists the nodes that share the database of a running server, and whether each takes new calls.",
    examples: ["offhook nodes", "offhook nodes --url https://node-1.example.com:8080 --json"],
  }).action((options: OperatorOptions) =>
    askAndPrint("nodes", options, async (server) => {
      const list = await server.ask<Nodes>("GET", "/nodes");
      console.log(options.json ? JSON.stringify(list) : draw(list));
      return undefined;
    }),
  );
}

function draw({ nodes }: Nodes): string {
  const rows = nodes.map(({ id, isThis, state, version, startedAt, lastSignAt, calls, maxCalls, ...node }) => [
    ...[`${id}${isThis ? " *" : ""}`, state, `${calls} of ${maxCalls}`, version, startedAt, lastSignAt],
    ...[node.sip.join(" "), node.api, node.whyNoCalls ?? ""],
  ]);
  return drawTable([
    ["NODE", "STATE", "CALLS", "VERSION", "SINCE", "LAST SIGN", "SIP", "API", "WHY NO CALLS"],
    ...rows,
  ]);
}
