const ARN = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+)(?::[^:]+)?$/;
const PARTIAL_ARN = /^(?:[0-9]{12}:)?function:([^:]+)(?::[^:]+)?$/;
const BARE = /^([A-Za-z0-9_-]+)(?::[^:]+)?$/;

/** The function's name in a full ARN, a partial ARN or a bare name, each with or without a version or alias;
 * undefined when the text is none of these. Region and account do not count: a function here serves all of them. */
export function functionName(arnOrName: string): string | undefined {
  const found = ARN.exec(arnOrName) ?? PARTIAL_ARN.exec(arnOrName) ?? BARE.exec(arnOrName);
  return found?.[1];
}
