/** By which the AWS SDK for JavaScript is asked not to warn of Node versions that later ones of it will not run on. */
const switchName = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";

/** Makes a client of the AWS SDK without its warning of the Node version: the SDK's versions here are ours, and run on each Node that we name, so that whoever
 * reads the log has nothing to do. Other warnings are shown. Who has set the variable decides. It is set meanwhile only, since functions may see what begins
 * with AWS_. */
export function makeSdkClient<Client>(make: () => Client): Client {
  if (process.env[switchName] !== undefined) return make();
  process.env[switchName] = "true";
  try {
    return make();
  } finally {
    delete process.env[switchName];
  }
}
