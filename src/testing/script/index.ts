/** Scenes as data: read from YAML and checked, played, printed, and written from the history of a call. */
export { loadFunction, type FunctionChoice, type LoadedFunction } from "./load-function.ts";
export { playScene, type PlayedScene } from "./play-scene.ts";
export { printScenes } from "./print-scenes.ts";
export { readScenes, type ReadScene, type ReadScenes } from "./read-scenes.ts";
export { printSceneSchema, type WrittenScene, type WrittenScenes, type WrittenStep } from "./scene-schema.ts";
export { writeScene } from "./write-scene.ts";
