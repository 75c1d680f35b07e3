import { words } from "../words.ts";

/** Opens the microphone; gives words for people when it cannot be opened.
 * @param deviceId "": the standard one */
export async function openMicrophone(deviceId: string): Promise<MediaStream | string> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) return words.phone.insecure;
  try {
    const audio = { echoCancellation: true, noiseSuppression: true, ...(deviceId === "" ? {} : { deviceId }) };
    return await devices.getUserMedia({ audio });
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "NotFoundError" || name === "OverconstrainedError") return words.phone.noMicrophone;
    return name === "NotReadableError" ? words.phone.microphoneBusy : words.phone.microphoneRefused;
  }
}

/** What one can speak into and hear by; names are there once the microphone was allowed. */
export async function listDevices(): Promise<readonly MediaDeviceInfo[]> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const found = (await devices?.enumerateDevices().catch(() => [])) ?? [];
  return found.filter(({ kind, deviceId }) => kind.startsWith("audio") && deviceId !== "" && deviceId !== "default");
}
