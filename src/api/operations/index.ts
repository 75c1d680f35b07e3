/** The operations that this server answers. A new one is a file, a line here and in `coverage.ts`, and a test. */
import { accountOperations } from "./account/index.ts";
import {
  getSipMediaApplicationLoggingConfiguration,
  putSipMediaApplicationLoggingConfiguration,
} from "./application-logging.ts";
import { connectorOperations } from "./connectors/index.ts";
import { createSipMediaApplicationCall } from "./create-sip-media-application-call.ts";
import { createSipMediaApplication } from "./create-sip-media-application.ts";
import { createSipRule } from "./create-sip-rule.ts";
import { deleteSipMediaApplication } from "./delete-sip-media-application.ts";
import { deleteSipRule } from "./delete-sip-rule.ts";
import { getSipMediaApplication } from "./get-sip-media-application.ts";
import { getSipRule } from "./get-sip-rule.ts";
import { listSipMediaApplications } from "./list-sip-media-applications.ts";
import { listSipRules } from "./list-sip-rules.ts";
import { meetingOperations } from "./meetings/index.ts";
import { numberOperations } from "./numbers/index.ts";
import type { Operation } from "./operation.ts";
import { listTagsForResource, tagResource, untagResource } from "./tags.ts";
import { updateSipMediaApplicationCall } from "./update-sip-media-application-call.ts";
import { updateSipMediaApplication } from "./update-sip-media-application.ts";
import { updateSipRule } from "./update-sip-rule.ts";

/** Every operation, by hand: those on applications, rules and calls, on numbers, connectors and the account, and on meetings. */
export const operations: readonly Operation[] = [
  createSipMediaApplication,
  getSipMediaApplication,
  listSipMediaApplications,
  updateSipMediaApplication,
  deleteSipMediaApplication,
  getSipMediaApplicationLoggingConfiguration,
  putSipMediaApplicationLoggingConfiguration,
  createSipRule,
  getSipRule,
  listSipRules,
  updateSipRule,
  deleteSipRule,
  createSipMediaApplicationCall,
  updateSipMediaApplicationCall,
  ...numberOperations,
  ...connectorOperations,
  ...accountOperations,
  tagResource,
  untagResource,
  listTagsForResource,
  ...meetingOperations,
];
