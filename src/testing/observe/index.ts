/** What scripted calls show of a function: facts as they come, what was met, what never ran, and the flow of its calls. */
export { createFlowGatherer, printMermaid, type CallFlow } from "./call-flow.ts";
export { createCoverageCounter, describeCoverage } from "./flow-coverage.ts";
export { drawFlow } from "./flow-svg.ts";
export { countLines, type LineCounter, type UnrunLines } from "./line-coverage.ts";
export { onSceneFact, tellSceneFact, type SceneFact } from "./scene-facts.ts";
