import { describeApplicationsAndRules } from "./applications-and-rules.ts";
import { sqlite } from "./engines.ts";
import { describeCalls } from "./calls.ts";
import { describeMeetings } from "./meetings.ts";
import { describeNumbersAndConnectors } from "./numbers-and-connectors.ts";

// Contract: sip-and-media-rule-disabled
describeApplicationsAndRules(sqlite);
describeMeetings(sqlite);
describeNumbersAndConnectors(sqlite);
describeCalls(sqlite);
