import { stringify } from "yaml";
import { isWord, type StepName, type WrittenScenes, type WrittenStep } from "./scene-schema.ts";

/** Scenes as YAML that `readScenes` reads again. */
export function printScenes({ scenes, ...file }: WrittenScenes): string {
  const shortened = scenes.map(({ steps, ...scene }) => ({ ...scene, steps: steps.map(asWord) }));
  return stringify({ ...file, scenes: shortened }, { lineWidth: 120, aliasDuplicateObjects: false });
}

/** A step without value and options is a word. */
function asWord(step: WrittenStep): WrittenStep | string {
  const [name, ...options] = Object.keys(step);
  return name !== undefined && options.length === 0 && isWord(name as StepName) ? name : step;
}
