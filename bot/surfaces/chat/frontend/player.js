// The player as a Streamlit component: data is the options in JSON, their length first (four bytes), then a recording.

// @ts-expect-error: Streamlit serves it there
import { mount } from "../ask-neuron.player/bundle.js";

const players = new WeakMap();

function unpacked(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength), length = view.getUint32(0, true);
  const text = new TextDecoder().decode(data.subarray(4, 4 + length));
  return { text, options: JSON.parse(text), recording: data.subarray(4 + length) };
}

/** Holds lines that Streamlit draws: those that `find` finds are begun with, and anew whenever it has drawn others in
 * their place, or they do not stay `as` they were begun. Returns what lets them go. */
function hold(find, as, begin) {
  let held = [], stop = () => {};
  const look = () => {
    const now = find();
    if (same(now, held) && now.every(as)) return;
    stop();
    held = now;
    stop = begin(now);
  };
  const watch = new MutationObserver(look);
  watch.observe(document.querySelector('[data-testid="stMain"]') ?? document.body, { childList: true, subtree: true });
  look();
  return () => {
    watch.disconnect();
    stop();
  };
}

/** Claims light up what they speak of. A player that goes away takes its own hands off lines that we share. */
const follow = ({ claims, about }, handle) => hold(
  () => [...document.querySelectorAll(`.st-key-${claims} [data-testid="stMarkdown"]`)],
  (line, i) => !about[i]?.length || line.hasAttribute("tabindex"),
  (lines) => handle.follow(lines.map((line, i) => [line, about[i] ?? []])),
);

/** Paragraphs that have a step show it. */
const guide = ({ steps }, handle) => (!steps.length ? () => {} : hold(
  () => steps.map(({ key }) => document.querySelector(`.st-key-${key} [data-testid="stMarkdown"]`)),
  (line) => !line || line.querySelector(".nrn-step"),
  (lines) => handle.steps(steps.flatMap(({ shows }, i) => (lines[i] ? [[lines[i], shows]] : []))),
));

/** How the player stands to words that have steps: beside them, or above them on a phone. */
const pinned = ({ steps }) => (!steps.length ? "" : matchMedia("(max-width: 640px)").matches ? "above" : "beside");

/** The picture marks the worked example; a click in it asks for the nearest of those that there are. */
function mark({ examples, now }, player, ask) {
  const { store } = player.handle, seen = examples.map((example) => Float32Array.from(example.seen));
  if (!store || !seen.length) return;
  player.ask = ask;
  const chosen = JSON.stringify(examples[now]);
  if (chosen !== player.chosen) store.set({ example: seen[now], exampleIndex: examples[now].index, probe: null });
  player.chosen = chosen;
  if (player.listens) return;
  player.listens = true;
  store.subscribe((changed, { example, exampleIndex }) => {
    if (!changed.has("example") || !example || exampleIndex !== null) return;
    const away = seen.map((each) => each.reduce((sum, value, i) => sum + (value - example[i]) ** 2, 0));
    player.ask(away.indexOf(Math.min(...away)));
  });
}

/** A network that is to be guessed about stands untrained; once it has been, it trains. One may also train at once. */
function strike({ pose }, player) {
  const { clock } = player.handle, before = player.pose ?? "";
  if (!clock || before === pose) return;
  player.pose = pose;
  if (pose === "train" && matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  clock.go(0);
  if (pose !== "untrained") clock.toggle();
}

const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);

export default function show({ data, parentElement, setStateValue }) {
  const { options, recording } = unpacked(data), before = players.get(parentElement);
  const isPinned = pinned(options);
  if (before && same(before.recording, recording) && before.isPinned === isPinned) before.handle.setTheme(options.theme);
  else {
    before?.handle.destroy();
    let wrong = "";
    const home = parentElement.querySelector(".nrn-home");
    home.style.height = isPinned === "above" ? "30svh" : "";
    const handle = mount(home, recording, { theme: options.theme, compact: options.compact, pinned: isPinned,
      onError: (message) => (wrong = message) });
    players.set(parentElement, { handle, recording: recording.slice(), isPinned });
    if (wrong || before?.wrong) setStateValue("failed", wrong);
    players.get(parentElement).wrong = wrong;
    if (options.selected) handle.select(options.selected);
  }
  const now = players.get(parentElement);
  now.unfollow?.();
  const unfollow = follow(options, now.handle), unguide = guide(options, now.handle);
  now.unfollow = () => (unfollow(), unguide());
  mark(options, now, (example) => setStateValue("picked", example));
  strike(options, now);
  return () => {
    now.unfollow();
    now.handle.destroy();
    players.delete(parentElement);
  };
}
