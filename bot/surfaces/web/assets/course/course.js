// Shows explanations one after another in a frame, and notes what has been read and which tasks came out right. What a
// course platform is told of it is the business of `record`: scorm.js, lti.js.

const BEGUN = { read: [], done: {}, place: 0 };

/**
 * `pages`: [{title, path, slug, tasks}], tasks being those that count, "guess" and "worked". `record` has
 * kept(): {read, done, place} of an earlier visit, or null; save(state, now): state.read are numbers of pages,
 * state.done is "page task" -> whether it came out right; says(state): a line for the learner; shown(frame), if it is
 * there: a page is on the screen; moved(), if it is there: another page was asked for.
 */
export function follow(pages, record) {
  const frame = /** @type {HTMLIFrameElement} */ (document.getElementById("page"));
  const { read, done, place } = { ...BEGUN, ...record.kept() };
  const state = { read: read.filter((number) => number in pages), done: { ...done } };
  let now = 0;

  const told = () => {
    document.getElementById("place").textContent =
      pages.length > 1 ? `${now + 1} of ${pages.length}, ${state.read.length} read` : "";
    document.getElementById("told").textContent = record.says(state);
  };

  const save = () => {
    record.save(state, now);
    told();
  };

  /** A guess counts the first time, a worked example as soon as it comes out. */
  const settle = (task, right) => {
    const key = `${now} ${task}`;
    if (!pages[now].tasks.includes(task) || (task === "guess" && key in state.done)) return;
    state.done[key] ||= right;
    save();
  };

  const watch = () => {
    const inside = frame.contentDocument, mine = now;
    const end = inside.querySelector(".levels") ?? inside.querySelector("footer");
    const its = /** @type {any} */ (frame.contentWindow); // its observer sees what is on the screen of its document
    new its.IntersectionObserver((seen, observer) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      observer.disconnect();
      if (!state.read.includes(mine)) state.read.push(mine);
      save();
    }).observe(end);
    for (const option of /** @type {NodeListOf<HTMLDetailsElement>} */ (inside.querySelectorAll(".guess details"))) {
      option.addEventListener("toggle", () => option.open && settle("guess", option.querySelector(".right") !== null));
    }
    const worked = inside.querySelector(".worked");
    worked?.addEventListener("submit", () => setTimeout(() => {
      settle("worked", worked.querySelector("[role=status]").classList.contains("right"));
    }));
  };

  const show = (number) => {
    now = number;
    frame.src = pages[number].path;
    frame.title = pages[number].title;
    for (const [id, to] of [["back", number - 1], ["next", number + 1]]) {
      const button = /** @type {HTMLButtonElement} */ (document.getElementById(id));
      button.disabled = !(to in pages);
      button.onclick = () => {
        show(to);
        record.moved?.();
      };
    }
    save();
  };

  frame.addEventListener("load", () => {
    const article = /** @type {HTMLElement | null | undefined} */ (frame.contentDocument?.querySelector("article"));
    if (article && [undefined, article.dataset.slug].includes(pages[now].slug)) watch(); // not where a link led
    record.shown?.(frame);
  });
  document.getElementById("moves").hidden = pages.length < 2;
  show(place in pages ? place : 0);
  return { told };
}
