// Sends what SDK clients of a function would send to AWS to the server that AWS_ENDPOINT_URL_... names, whichever client it is: version 2 of
// the SDK, early releases of version 3 and clients inside of a bundle follow no such variable. All of them send by node:https.
import https from "node:https";
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";
import { urlToHttpOptions } from "node:url";

/** Hosts of the services that Offhook has. Source: the endpoint rules of the SDK's clients. */
const servedHost =
  /^(?:(?:(?<service>voice|meetings)-)?chime(?:-fips)?\.[\w-]+\.(?:amazonaws\.com(?:\.cn)?|api\.aws)|service\.chime\.aws\.amazon\.com)$/i;
/** The console's path, which the host of the former namespace took in front of each operation; many programs have it in their endpoint. */
const consolePath = /^\/console(?=\/)/;
/** A signature with the stand-in credentials, which no service of AWS takes. */
const standIn = /\bCredential=offhook\//;

/** Lets requests go to the server from now on. A variable that the function set to an address of https stays as it is. */
export function followEndpointVariables() {
  const original = https.request;
  https.request = (first, ...rest) => {
    const [options, done] = asOptions(first, rest);
    const target = targetOf(options);
    if (target === undefined) return original(first, ...rest);
    return http.request(redirected(options, target), done);
  };
  https.get = (...words) => {
    const request = https.request(...words);
    request.end();
    return request;
  };
  syncBuiltinESMExports();
}

/** The three ways to call `request`, as one. */
function asOptions(first, [second, third]) {
  const url = typeof first === "string" ? new URL(first) : first;
  if (!(url instanceof URL)) return [url, second];
  return typeof second === "function"
    ? [urlToHttpOptions(url), second]
    : [{ ...urlToHttpOptions(url), ...second }, third];
}

function targetOf(options) {
  const host = String(options.hostname ?? options.host ?? "");
  const served = servedHost.exec(host);
  const service = served?.groups.service?.toUpperCase();
  const name = served === null ? undefined : service === undefined ? "CHIME" : `CHIME_SDK_${service}`;
  const isStandIn = standIn.test(String(headerOf(options.headers, "authorization") ?? ""));
  if (name === undefined && !isStandIn) return undefined;
  const address = (name && process.env[`AWS_ENDPOINT_URL_${name}`]) ?? process.env.AWS_ENDPOINT_URL;
  return URL.canParse(address) && new URL(address).protocol === "http:" ? new URL(address) : undefined;
}

function redirected(options, { hostname, port, host, pathname }) {
  const path = pathname.replace(/\/$/, "") + String(options.path ?? "/").replace(consolePath, "");
  const headers = Object.fromEntries(Object.entries(options.headers ?? {}).filter(([name]) => !/^host$/i.test(name)));
  // An agent of https does not do for http; all that follows is of the other place.
  const elsewhere = {
    agent: undefined,
    host: hostname,
    servername: undefined,
    socketPath: undefined,
    defaultPort: undefined,
  };
  return { ...options, ...elsewhere, protocol: "http:", hostname, port, path, headers: { ...headers, Host: host } };
}

function headerOf(headers, wanted) {
  const name = Object.keys(headers ?? {}).find((candidate) => candidate.toLowerCase() === wanted);
  return name === undefined ? undefined : headers[name];
}
