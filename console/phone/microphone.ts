import { words } from "../words.ts";

/** Opens the microphone; gives words for people when it cannot be opened.
 * @param deviceId "": the standard one, which is also taken where that with this id is gone */
export async function openMicrophone(deviceId: string): Promise<MediaStream | string> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) return words.phone.insecure;
  try {
    const audio = { echoCancellation: true, noiseSuppression: true };
    if (deviceId === "") return await devices.getUserMedia({ audio });
    // A device that is only preferred is one that browsers may pass over.
    const chosen = { audio: { ...audio, deviceId: { exact: deviceId } } };
    return await devices.getUserMedia(chosen).catch((error: unknown) => {
      if (isMissing(error)) return devices.getUserMedia({ audio });
      throw error;
    });
  } catch (error) {
    if (isMissing(error)) return words.phone.noMicrophone;
    const name = nameOf(error);
    return name === "NotReadableError" ? words.phone.microphoneBusy : words.phone.microphoneRefused;
  }
}

function isMissing(error: unknown): boolean {
  return ["NotFoundError", "OverconstrainedError"].includes(nameOf(error));
}

function nameOf(error: unknown): string {
  return typeof error === "object" && error !== null && "name" in error ? String(error.name) : "";
}

/** What one can speak into and hear by; names are there once the microphone was allowed. */
export async function listDevices(): Promise<readonly MediaDeviceInfo[]> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const found = (await devices?.enumerateDevices().catch(() => [])) ?? [];
  return found.filter(({ kind, deviceId }) => kind.startsWith("audio") && deviceId !== "" && deviceId !== "default");
}
