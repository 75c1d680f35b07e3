import { signal } from "@preact/signals";
import { h, type ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { words } from "../words.ts";
import { Empty, Waiting } from "./notice.tsx";

/** A component that is loaded when it is first shown. When that fails, since a server of another version has taken over, it says so. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const loaded = signal<ComponentType<Props> | "failed" | undefined>(undefined);
  return function Lazy(props: Props) {
    useEffect(() => {
      if (loaded.value !== undefined) return;
      load().then(
        (found) => (loaded.value = found),
        () => (loaded.value = "failed"),
      );
    }, []);
    const found = loaded.value;
    if (found === undefined) return <Waiting />;
    if (found !== "failed") return h(found, props);
    return (
      <Empty icon="refresh" title={words.problems.oldPage}>
        <button type="button" class="button" onClick={() => location.reload()}>
          {words.reload}
        </button>
      </Empty>
    );
  };
}
