/** Scenes as data: read from YAML and checked, played, printed, and written from the history of a call. */
export { loadFunction, type FunctionChoice, type LoadedFunction } from "./load-function.ts";
export { playOneStep, playScene, type PlayedScene, type Stage } from "./play-scene.ts";
export { printScenes } from "./print-scenes.ts";
export { readScenes, type Inventory, type ReadScene, type ReadScenes } from "./read-scenes.ts";
export {
  printSceneSchema,
  type WrittenBeginning,
  type WrittenScene,
  type WrittenScenes,
  type WrittenStep,
} from "./scene-schema.ts";
export { writeScene } from "./write-scene.ts";
