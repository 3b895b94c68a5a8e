// Moves through the recorded steps, and lets an example flow.

import { clamp } from "./dom.js";

const WHOLE = 6000, LAYER = 700, LONGEST_FLOW = 3000; // milliseconds at speed 1, for a layer, for all layers
const GLIDE = 900; // milliseconds from one frame to another that is to be shown

export function createClock(recording, { get: state, set, flush }) {
  const last = recording.frames.length - 1, layers = recording.activations.length;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let due = 0, before = 0, exact = 0;
  /** @type {{from: number, to: number, passed: number} | null} */
  let glide = null;

  function run() {
    if (due) return;
    before = performance.now();
    due = requestAnimationFrame(tick);
  }

  function tick(time) {
    const passed = Math.max(time - before, 0), { playing, speed, flow } = state();
    before = time;
    if (playing && glide) {
      const share = Math.min((glide.passed += passed) / GLIDE, 1), isThere = share === 1;
      set({ position: glide.from + share * (glide.to - glide.from), playing: !isThere });
      if (isThere) glide = null;
    } else if (playing) {
      exact = Math.min(exact + (passed * speed * last) / WHOLE, last);
      // where motion is not wanted nothing glides: whole frames only
      set({ position: calm.matches ? Math.floor(exact) : exact, playing: exact < last });
    }
    if (flow !== null) {
      const on = flow + passed / Math.min(LAYER, LONGEST_FLOW / layers);
      set({ flow: on >= layers ? null : on });
    }
    flush();
    due = state().playing || state().flow !== null ? requestAnimationFrame(tick) : 0;
  }

  function go(frame) {
    glide = null;
    set({ position: clamp(frame, 0, last), playing: false, replica: 0 });
  }
  const step = (by) => go(Math.round(state().position) + by);
  return {
    go, step,
    isGliding: () => glide !== null,
    /** To a frame, through those between. */
    glide(frame) {
      const { position, replica } = state();
      if (calm.matches || replica || Math.abs(position - frame) < 1) return go(frame);
      glide = { from: position, to: frame, passed: 0 };
      set({ playing: true });
      return run();
    },
    toggle() {
      const { playing, position } = state();
      if (playing && !glide) return step(0);
      if (!last) return undefined;
      glide = null; // whoever presses play while words are followed wants to see it all
      set({ playing: false });
      exact = position >= last ? 0 : position;
      set({ playing: true, replica: 0, position: exact });
      return run();
    },
    flow() {
      if (!state().example || calm.matches) return;
      set({ flow: 0 });
      run();
    },
    stop() {
      cancelAnimationFrame(due);
      due = 0;
      if (state().playing) step(0);
      set({ flow: null });
    },
  };
}
