import type { ComponentChildren } from "preact";

export interface Tab<Name extends string> {
  readonly name: Name;
  readonly label: ComponentChildren;
  readonly count?: number | undefined;
}

/** Tabs with the keys of the ARIA pattern: arrows, Home and End. The panel is `TabPanel` with the same `id`. */
export function Tabs<Name extends string>(props: {
  readonly id: string;
  readonly label: string;
  readonly tabs: readonly Tab<Name>[];
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
}) {
  const { id, tabs, chosen, onChoose } = props;
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ name }) => name === chosen);
    const last = tabs.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[
      event.key
    ];
    const next = to === undefined ? undefined : tabs[to];
    if (next === undefined) return;
    event.preventDefault();
    onChoose(next.name);
    document.getElementById(`${id}-tab-${next.name}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={props.label} onKeyDown={move}>
      {tabs.map(({ name, label, count }) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`${id}-tab-${name}`}
          aria-selected={name === chosen}
          aria-controls={`${id}-panel`}
          tabIndex={name === chosen ? 0 : -1}
          onClick={() => onChoose(name)}
        >
          {label}
          {count === undefined ? undefined : <span class="tab-count">{count}</span>}
        </button>
      ))}
    </div>
  );
}

export function TabPanel(props: {
  readonly id: string;
  readonly chosen: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div id={`${props.id}-panel`} role="tabpanel" aria-labelledby={`${props.id}-tab-${props.chosen}`} class="tab-panel">
      {props.children}
    </div>
  );
}
