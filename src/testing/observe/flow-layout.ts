import dagre from "@dagrejs/dagre";

/** A rectangle with its middle. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What is to be placed: states by name, and arrows between them with what is written on each. */
export interface FlowShapes {
  readonly states: ReadonlyMap<string, Size>;
  readonly arrows: readonly { readonly from: string; readonly to: string; readonly label: Size }[];
}

type Size = Pick<Box, "width" | "height">;

/** Where everything lies. An arrow that leads back to its own state has no points. */
export interface FlowPlaces {
  readonly width: number;
  readonly height: number;
  readonly states: ReadonlyMap<string, Box>;
  /** In the order of the arrows. */
  readonly arrows: readonly { readonly label: Box; readonly points: readonly Point[] }[];
}

/** Room for lines that run from one band to the next, and beside each band for their upright ends. */
const [betweenBands, besideBand] = [56, 9];
/** The least between two arrows at one side of a state, where there is room, and from its corners. */
const [betweenArrows, besideCorner] = [22, 12];

/** An end of an arrow at the upper or lower side of a state. */
interface End {
  readonly state: Box;
  readonly isBelow: boolean;
  /** Where the arrow goes on. */
  readonly towards: number;
}

/** Places states from top to bottom in bands. An arrow runs upright through the bands, where room was kept for it, and aslant only between
 * them, where nothing lies: so it passes behind no state and under no other arrow's words. */
export function placeFlow({ states, arrows }: FlowShapes): FlowPlaces {
  const graph = new dagre.graphlib.Graph({ multigraph: false });
  graph.setGraph({ rankdir: "TB", nodesep: 36, ranksep: betweenBands, edgesep: 24, marginx: 20, marginy: 20 });
  for (const [name, size] of states) graph.setNode(name, { ...size });
  for (const { from, to, label } of arrows) graph.setEdge(from, to, { ...label, labelpos: "c" });
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();

  const boxes = new Map([...states.keys()].map((name) => [name, graph.node(name) as unknown as Box]));
  const drawn = arrows.map(({ from, to }) => {
    const edge = graph.edge(from, to) as unknown as Box & { readonly points: readonly Point[] };
    return { from: boxOf(boxes, from), to: boxOf(boxes, to), label: edge, through: edge.points.slice(1, -1) };
  });
  const halves = bandHalves([...boxes.values(), ...drawn.map(({ label }) => label)]);
  const lines = drawn.map(({ from, to, through }) => {
    const isDown = from.y < to.y;
    return {
      leaves: { state: from, isBelow: isDown, towards: (through[0] ?? to).x },
      arrives: { state: to, isBelow: !isDown, towards: (through.at(-1) ?? from).x },
      through: through.flatMap(({ x, y }) => uprightThrough(x, y, halves, isDown)),
    };
  });
  const places = spreadEnds(
    lines.flatMap(({ leaves, arrives }) => (leaves.state === arrives.state ? [] : [leaves, arrives])),
  );
  const upright = (end: End) => uprightEnd(end, places.get(end) ?? end.state.x, halves);
  return {
    width,
    height,
    states: boxes,
    arrows: lines.map(({ leaves, arrives, through }, index) => ({
      label: drawn[index]?.label ?? arrives.state,
      points: leaves.state === arrives.state ? [] : [...upright(leaves), ...through, ...upright(arrives).toReversed()],
    })),
  };
}

function boxOf(boxes: ReadonlyMap<string, Box>, name: string): Box {
  const box = boxes.get(name);
  if (box === undefined) throw new Error(`an arrow leads to no state: ${name}`);
  return box;
}

/** Half the height of each band, by its middle: all that lies in a band has its middle there. */
function bandHalves(boxes: readonly Box[]): (y: number) => number {
  const halves = new Map<number, number>();
  const middle = (y: number) => Math.round(y);
  for (const { y, height } of boxes) halves.set(middle(y), Math.max(halves.get(middle(y)) ?? 0, height / 2));
  return (y) => (halves.get(middle(y)) ?? 0) + besideBand;
}

function uprightThrough(x: number, y: number, half: (y: number) => number, isDown: boolean): readonly Point[] {
  const [above, below] = [
    { x, y: y - half(y) },
    { x, y: y + half(y) },
  ];
  return isDown ? [above, below] : [below, above];
}

/** From the side of the state to the edge of its band. */
function uprightEnd({ state, isBelow }: End, x: number, half: (y: number) => number): readonly Point[] {
  const way = isBelow ? 1 : -1;
  return [
    { x, y: state.y + (way * state.height) / 2 },
    { x, y: state.y + way * half(state.y) },
  ];
}

/** Where along the side of its state each end lies: right where it goes on, if it can, and apart from the others. */
function spreadEnds(ends: readonly End[]): ReadonlyMap<End, number> {
  const places = new Map<End, number>();
  const sides = new Map<string, End[]>();
  for (const end of ends) {
    const side = `${end.state.x} ${end.state.y} ${end.isBelow}`;
    sides.set(side, [...(sides.get(side) ?? []), end]);
  }
  for (const side of sides.values()) {
    const [{ state } = { state: { x: 0, y: 0, width: 0, height: 0 } }] = side;
    const reach = Math.max(0, state.width / 2 - besideCorner);
    const apart = Math.min(betweenArrows, (2 * reach) / Math.max(1, side.length - 1));
    let least = state.x - reach;
    for (const [index, end] of side.toSorted((one, other) => one.towards - other.towards).entries()) {
      const most = state.x + reach - (side.length - 1 - index) * apart;
      const x = Math.min(Math.max(end.towards, least), most);
      places.set(end, x);
      least = x + apart;
    }
  }
  return places;
}
