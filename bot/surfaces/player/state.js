// The one shared state; parts are told once a screen refresh what has changed.

/** No unit and no weight is changed. */
export const UNCHANGED = { units: {}, weights: {} };

/**
 * position  recorded frame; between two while playing
 * replica   0: the recorded run; another: where that one ended
 * unit      {layer, unit} shown large; layer 0 is the first after the input
 * probe     inputs under the pointer, as the network sees them
 * example   inputs that were chosen; `exampleIndex` where they are one of the data's
 * overrides {units: {"layer:unit": {factor, add}}, weights: {"layer:row:column": value}}; see network.js
 * flow      how many layers the example has flowed through
 * names     what a learner calls units, {"layer:unit": name}
 * lit       parts to point at: "output", "hidden", "loss", "unit:2"
 * bare      whether the maps' examples are left out: a page draws its own over them
 * settled   whether the first picture is drawn: what takes longer comes after it
 */
export function createStore({ frames, activations }) {
  let changed = new Set(), due = 0, state = {
    position: frames.length - 1, playing: false, speed: 1, replica: 0, unit: { layer: activations.length - 1, unit: 0 },
    probe: null, example: null, exampleIndex: null, flow: null, overrides: UNCHANGED, names: {}, lit: [],
    tab: "example", settled: false,
  };
  const told = new Set();
  function flush() {
    cancelAnimationFrame(due);
    due = 0;
    const keys = changed;
    changed = new Set();
    for (const tell of told) tell(keys, state);
  }
  return {
    get: () => state,
    set(patch) {
      for (const key of Object.keys(patch)) if (state[key] !== patch[key]) changed.add(key);
      if (!changed.size) return;
      state = { ...state, ...patch };
      due ||= requestAnimationFrame(flush);
    },
    subscribe: (tell) => told.add(tell), // tell(names of what has changed, state)
    flush,
    close() {
      cancelAnimationFrame(due);
      told.clear();
    },
  };
}
