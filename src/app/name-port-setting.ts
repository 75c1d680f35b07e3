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
  const reason = whyNoPort(why);
  if (code === undefined || setting === undefined || reason === undefined) return error;
  const message = `${errorMessage(error)}. ${reason}: change ${setting}`;
  return new AppError(code, message, { cause: error });
}

/** Why a port cannot be had, by what the system said; undefined: by no fault of a setting. */
export function whyNoPort(code: string | undefined): string | undefined {
  return reasons[code ?? ""];
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "Another program has this port, perhaps another Offhook",
  EADDRNOTAVAIL: "This machine does not have this address",
  EACCES: "This user may not open this port",
};
