// Moving through the recorded steps, and letting an example flow through the network.

const WHOLE = 6000, LAYER = 700, LONGEST_FLOW = 3000; // milliseconds at speed 1, for a layer, for all layers

export function createClock({ recording, store }) {
  const last = recording.frames.length - 1, layers = recording.activations.length;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let due = 0, before = 0, carried = 0;

  function run() {
    if (due) return;
    before = performance.now();
    due = requestAnimationFrame(tick);
  }

  function tick(time) {
    const passed = Math.max(time - before, 0), state = store.get(), patch = {};
    before = time;
    if (state.playing) {
      const on = state.position + (passed * state.speed * last) / WHOLE;
      patch.position = Math.min(on, last);
      if (on >= last) patch.playing = false;
    }
    if (state.flow !== null) {
      const on = state.flow + passed / Math.min(LAYER, LONGEST_FLOW / layers);
      patch.flow = on >= layers ? null : on;
    }
    if (calm.matches && patch.position < last) { // whole frames only, nothing glides
      carried += patch.position - state.position;
      patch.position = Math.min(state.position + Math.floor(carried), last);
      carried -= Math.floor(carried);
    }
    store.set(patch);
    store.flush();
    due = store.get().playing || store.get().flow !== null ? requestAnimationFrame(tick) : 0;
  }
  const go = (frame) => store.set({ position: Math.min(Math.max(frame, 0), last), playing: false, replica: 0 });
  return {
    go,
    step: (by) => go(Math.round(store.get().position) + by),
    toggle() {
      const { playing, position } = store.get();
      if (playing) return go(Math.round(position));
      if (!last) return undefined;
      store.set({ playing: true, replica: 0, position: position >= last ? 0 : position });
      return run();
    },
    flow() {
      if (!store.get().example || calm.matches) return;
      store.set({ flow: 0 });
      run();
    },
    stop() {
      cancelAnimationFrame(due);
      due = 0;
      if (store.get().playing) go(Math.round(store.get().position));
      store.set({ flow: null });
    },
  };
}
