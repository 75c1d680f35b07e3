import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";

/** Where browsers find the media that is bound to `bound`: there, or where that is every address of this machine, at the first that other
 * hosts reach; loopback where there is none.
 * @param interfaces what `os.networkInterfaces()` gives */
export function browserAddress(
  bound: string,
  interfaces: Readonly<
    Record<string, readonly Pick<NetworkInterfaceInfo, "address" | "family" | "internal">[] | undefined>
  >,
): string {
  if (bound !== "0.0.0.0" && bound !== "::") return bound;
  const outside = Object.values(interfaces).flatMap((addresses = []) => addresses.filter(({ internal }) => !internal));
  const isUsable = (address: string) => !address.toLowerCase().startsWith("fe80:");
  const four = outside.find(({ family }) => family === "IPv4");
  const six = outside.find(({ family, address }) => family === "IPv6" && isUsable(address));
  return four?.address ?? (bound === "::" ? six?.address : undefined) ?? "127.0.0.1";
}

/** Where others reach a listener at this address: there, or at the first of this machine that other hosts reach. */
export function reachableHost(bound: string): string {
  return browserAddress(bound, networkInterfaces());
}
