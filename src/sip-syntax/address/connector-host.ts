const domain = ".voiceconnector.chime.aws";

/** The host by which equipment calls this server through a Voice Connector. */
export function connectorHost(id: string): string {
  return `${id}${domain}`;
}

/** The id of the connector whose host this is; undefined when it is that of none. */
export function connectorOfHost(host: string): string | undefined {
  const name = host.toLowerCase().replace(/\.$/, "");
  const id = name.endsWith(domain) ? name.slice(0, -domain.length) : "";
  return id === "" || id.includes(".") ? undefined : id;
}
