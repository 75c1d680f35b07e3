import { AppError, errorCode, errorMessage } from "../kernel/index.ts";

/** The setting that changes the port of a listener, by the error code when it could not be opened. */
const settings: Readonly<Record<string, string>> = {
  SIP_BIND_FAILED: "sip.listen in offhook.yaml, or OFFHOOK_SIP_PORT in the environment",
  API_LISTEN_FAILED: "api.listen in offhook.yaml, or OFFHOOK_API_PORT in the environment",
};

/** The same error, with the setting to change when another program has the port or this machine does not have the address. */
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
