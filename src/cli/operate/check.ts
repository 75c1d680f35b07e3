import { Command } from "commander";
import type { SetupFinding } from "../../app/index.ts";
import { errorCode, errorMessage, systemClock, visible } from "../../kernel/index.ts";

interface CheckOptions {
  readonly config: string;
  readonly json: boolean;
  readonly strict: boolean;
}

const help = `
Examples:
  offhook check                    the offhook.yaml of this folder
  offhook check -c /etc/offhook    before offhook serve is started there, or beside it

Finds trunks that do not answer, certificates that cannot be read, do not go with their key or expire soon, numbers that nothing takes, ARNs without a
function, functions that cannot be loaded, prompts of fallbackActions that are missing, ports that another program has, folders that cannot be written to,
and a PostgreSQL or an S3 that is away. Prompts that functions name while they run, it cannot know.
Exits with 1 when calls would fail by what it finds, else with 0, also with warnings; with --strict warnings count too.`;

/** `offhook check`: what a configuration needs and does not find, before the server is started. */
export function checkCommand(): Command {
  return new Command("check")
    .description(
      "Looks for what a configuration needs and does not find: trunks, certificates, functions, prompts, ports, folders, stores.",
    )
    .option("-c, --config <file>", "configuration file, or a folder with an offhook.yaml", "offhook.yaml")
    .option("--strict", "exit with 1 for warnings too", false)
    .option("--json", "print one JSON object", false)
    .addHelpText("after", help)
    .action(async (options: CheckOptions) => {
      process.exitCode = await runCheck(options);
    });
}

/** The exit code. */
async function runCheck({ config: file, json, strict }: CheckOptions): Promise<number> {
  const { checkSetup, loadConfig } = await import("../../app/index.ts");
  try {
    const config = loadConfig({ file, mode: "production", environment: process.env });
    const found = await checkSetup(config, systemClock, (step) => console.error(`checks ${step}`));
    const warnings = config.warnings.map((what): SetupFinding => ({ severity: "warning", where: "", what }));
    const findings = [...found, ...warnings];
    console.log(json ? JSON.stringify({ findings }) : draw(findings));
    return findings.some(({ severity }) => strict || severity === "error") ? 1 : 0;
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    console.error(`offhook check: ${errorMessage(error)} (${code})`);
    return 1;
  }
}

function draw(findings: readonly SetupFinding[]): string {
  if (findings.length === 0) return "Nothing is missing.";
  return findings
    .map(({ severity, where, what }) => `${severity.padEnd(7)}  ${where === "" ? "" : `${where}: `}${visible(what)}`)
    .join("\n");
}
