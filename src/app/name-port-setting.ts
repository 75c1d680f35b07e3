import { AppError, errorCode, errorMessage } from "../kernel/index.ts";

/** What changes the port of a listener, by the error of a listener that could not be opened. */
const settings: Readonly<Record<string, string>> = {
  SIP_BIND_FAILED: "sip.listen in offhook.yaml, or OFFHOOK_SIP_PORT in the environment",
  API_LISTEN_FAILED: "api.listen in offhook.yaml, or OFFHOOK_API_PORT in the environment",
};

/** The same failure of a start, with the setting that cures it when it is a port that another program has, or an address that this
 * machine does not have. */
export function namePortSetting(error: unknown): unknown {
  const code = errorCode(error);
  const setting = settings[code ?? ""];
  const why = error instanceof Error ? errorCode(error.cause) : undefined;
  if (code === undefined || setting === undefined || why === undefined || !(why in reasons)) return error;
  const message = `${errorMessage(error)}. ${reasons[why as keyof typeof reasons]}: change ${setting}`;
  return new AppError(code, message, { cause: error });
}

const reasons = {
  EADDRINUSE: "Another program has this port, perhaps another Offhook",
  EADDRNOTAVAIL: "This machine does not have this address",
  EACCES: "This user may not open this port",
} as const;
