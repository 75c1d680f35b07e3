import { userInfo } from "node:os";
import { delimiter, dirname } from "node:path";
import type { ProcessSettings } from "../types.ts";
import type { FunctionRuntime } from "./function-runtime.ts";

/** The memory size in megabytes that functions see; it is not enforced. */
const reportedMemoryMb = 128;

/** All environment variables of a function's process: what it inherits, those that Lambda sets, those of its language, then the function's
 * own, which win except for the address of the Runtime API. Nothing else of the server's environment comes along.
 * @param apiAddress `host:port` of the Runtime API of this very process; undefined: it has none */
export function functionEnvironment(
  local: Pick<ProcessSettings, "name" | "environment" | "inherited">,
  instance: {
    readonly region: string;
    readonly logStream: string;
    readonly surroundings: Readonly<Record<string, string>>;
  },
  runtime: Pick<FunctionRuntime, "command" | "folder" | "handler" | "bootstrapFolder" | "environment">,
  apiAddress: string | undefined,
): Record<string, string> {
  return {
    ...systemEnvironment(dirname(runtime.command)),
    TZ: ":UTC",
    LANG: "en_US.UTF-8",
    ...local.inherited,
    AWS_REGION: instance.region,
    AWS_DEFAULT_REGION: instance.region,
    AWS_LAMBDA_FUNCTION_NAME: local.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(reportedMemoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${local.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: instance.logStream,
    LAMBDA_TASK_ROOT: runtime.folder,
    LAMBDA_RUNTIME_DIR: runtime.bootstrapFolder,
    _HANDLER: runtime.handler,
    ...runtime.environment,
    ...instance.surroundings,
    ...local.environment,
    ...(apiAddress === undefined ? {} : { AWS_LAMBDA_RUNTIME_API: apiAddress }),
  };
}

/** What any process needs. PATH is fixed and not inherited, so that a function finds the same programs whoever started the server. */
function systemEnvironment(runtimeFolder: string): Record<string, string> {
  const nodeFolder = dirname(process.execPath);
  if (process.platform === "win32") {
    const systemRoot = process.env["SystemRoot"] ?? "C:\\Windows";
    const temp = process.env["TEMP"] ?? `${systemRoot}\\Temp`;
    return {
      SystemRoot: systemRoot,
      TEMP: temp,
      TMP: temp,
      PATH: `${runtimeFolder};${nodeFolder};${systemRoot}\\System32`,
    };
  }
  const folders = [runtimeFolder, nodeFolder, "/usr/local/bin", "/usr/bin", "/bin", "/opt/bin"];
  return { PATH: [...new Set(folders)].join(delimiter), HOME: homeFolder() };
}

/** From the system's list of users, since HOME may be set for the server only. */
function homeFolder(): string {
  try {
    return userInfo().homedir;
  } catch {
    return "/tmp";
  }
}
